import pytest,time,sys,os
from django.urls import reverse
from tests.interfaces.web.patterns.scene import set_scene
from tests.support.tree import grow
from egenmakt.interfaces.web.patterns import working
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES=os.environ.get("PAGES","").split()
def test_shots(live, axe, monkeypatch):
    monkeypatch.setattr(working,"PATIENCE",60.0); 
    import egenmakt.interfaces.web.patterns.working as w
    w.worked_out.__kwdefaults__["patience"]=60.0
    tree=grow(); s=set_scene(tree,150,130)
    who=getattr(tree,os.environ.get("WHO","amina"))
    live.sign_in(who)
    ALL=[("overview",()),("question",("kind",)),("question",("feel",)),("question",("matters",)),("question",("place",)),("triad",("acted",)),
          ("compare",("kind","who")),("compare",("kind","matters")),("compare",("matters","lasts")),("compare",("kind","acted")),("compare",("feel","kind")),
          ("three",("kind","who","matters")),("discover",()),("change",("kind",)),("goals",()),("voices",()),("scales",()),("stories",()),("collectors",(s.rounds[0].round.id,))]
    for name,args in ALL:
        if PAGES and name not in PAGES: continue
        path=s.url("pattern_"+name,*args)+os.environ.get("Q","")
        page=live.open(path)
        if os.environ.get("RTL"):
            page.evaluate("document.documentElement.dir='rtl'")
        label=f"{name}-{'-'.join(map(str,args))[:14]}-{who.name[:3]}"
        print(name,args,axe(page),"WIDE" if live.is_scrolled_sideways() else "",live.errors)
        for dev,(w_,h) in {"phone":(360,740),"desk":(1280,900)}.items():
            page.set_viewport_size({"width":w_,"height":h})
            page.screenshot(path=f"/tmp/shots-pweb/{label}-{dev}{os.environ.get('SUF','')}.png",full_page=True)
