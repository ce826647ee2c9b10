"""Hosts whose addresses only stand for others."""

SHORTENERS = frozenset(
    # Anybody's
    "bit.ly bitly.com j.mp t.co tinyurl.com goo.gl ow.ly buff.ly dlvr.it ift.tt is.gd v.gd t.ly tiny.cc rb.gy cutt.ly "
    "rebrand.ly rebrandly.com shorturl.at short.gy shorte.st bl.ink bit.do s.id snip.ly tr.im u.to x.gd trib.al spr.ly "
    "hubs.ly hubs.la zpr.io po.st lnk.to lnkd.in fb.me flip.it wp.me eepurl.com conta.cc urlz.fr l8r.it kutt.it dub.sh "
    "crfr.co qr.ae clck.ru surl.li tny.sh shor.by soo.gd smarturl.it db.tt cli.re "
    # One publisher's or one maker's
    "nyti.ms wapo.st econ.st reut.rs bbc.in bloom.bg on.ft.com cnn.it ti.me n.pr to.pbs.org gu.com theatln.tc wrd.cm "
    "on.wsj.com apne.ws yhoo.it huff.to trib.in edut.to ed.gr chng.it pewrsr.ch on.natgeo.com go.nature.com "
    "s.si.edu go.nasa.gov adobe.ly aka.ms msft.it apple.co spoti.fi amzn.to a.co goo.gle g.co forms.gle "
    "maps.app.goo.gl photos.app.goo.gl pin.it redd.it cs.co ibm.co intel.ly sco.lt".split()
)
