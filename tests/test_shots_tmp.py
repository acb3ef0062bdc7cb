import pytest, os, json, pathlib
from tests.support.reading import stand_still
from egenmakt.interfaces.web.patterns import working
from tests.support.browser import WIDTHS
from itertools import groupby
OUT=pathlib.Path("/tmp/shots-pages"); OUT.mkdir(exist_ok=True)
def test_shots(transactional_db,live,monkeypatch,settings,tmp_path):
    settings.HOME=tmp_path; settings.DEMO=True
    stand_still(monkeypatch)
    monkeypatch.setattr(working,"PATIENCE",120)
    from tests.support.every_story_page import make_story_world
    from tests.support.tree import grow
    w=make_story_world(grow())
    v=[(n,i,who,path) for n,vs in w.pages.items() for i,(who,path) in enumerate(vs)]
    v.sort(key=lambda x:x[2].email if x[2] else "")
    only=os.environ.get("ONLY","").split()
    lang=os.environ.get("HL","en")
    live.context.set_extra_http_headers({"Accept-Language":lang})
    for _,g in groupby(v,key=lambda x:x[2].email if x[2] else ""):
        g=list(g); live.context.clear_cookies()
        if g[0][2]: live.sign_in(g[0][2])
        for n,i,who,path in g:
            if only and n not in only: continue
            live.page.set_viewport_size({"width":360,"height":740})
            live.page.goto(live.address+path)
            live.page.screenshot(path=OUT/f"{n}-{i}-360-{lang}.png",full_page=True)
            live.page.set_viewport_size({"width":1280,"height":900})
            live.page.screenshot(path=OUT/f"{n}-{i}-1280-{lang}.png",full_page=True)
