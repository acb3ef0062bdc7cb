from tests.support.tree import Tree
from tests.verify.example import busy_group
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from datetime import UTC, datetime
def test_a(tree: Tree, tmp_path):
    group, ids = busy_group(tree)
    b = export_group(group.row.id, by=group.by, at=datetime.now(UTC))
    (tmp_path/"x.zip").write_bytes(b)
    open("/tmp/x.zip","wb").write(b)
    print(verify(tmp_path/"x.zip"))
    assert verify(tmp_path/"x.zip").agrees
