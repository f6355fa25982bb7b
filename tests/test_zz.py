import time
def test_a(small_workspace):
    t=time.time(); ws=small_workspace(); print(time.time()-t)
    for l in ws.layers:
        if l.geometry!="raster" and l.id in ws.versions: print(ws.read(l.id).T)
    assert 0
