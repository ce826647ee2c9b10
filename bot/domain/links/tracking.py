"""Parameters that say how somebody came to a page, and nothing about the page."""

TRACKING_PREFIXES = (
    "utm_",
    "at_",  # BBC
    "ns_",  # comScore
    "pk_",  # Matomo
    "mtm_",
    "matomo_",
    "piwik_",
    "hsa_",  # HubSpot
    "elq",  # Eloqua
    "bsft_",  # Blueshift
    "sfmc_",  # Salesforce
    "oly_",  # Omeda
    "vero_",
    "amp_",
    "_x_tr_",  # Google Translate
    "fb_action_",
    "_branch_",
    "guce_",  # Yahoo
    "__cft__",
)

TRACKING = frozenset(
    # Which advertisement was clicked, by its seller
    "fbclid gclid gclsrc dclid gbraid wbraid gad gad_source gad_campaignid srsltid msclkid twclid ttclid yclid ysclid "
    "li_fat_id igsh igshid mibextid scclid rdt_cid rb_clickid epik irclickid irgwc cjevent ef_id awc ndclid tblci "
    "wickedid fbadid s_kwcid "
    # Which letter to subscribers, by what sent it
    "mc_cid mc_eid mkt_tok _hsenc _hsmi __hstc __hssc __hsfp hsctatracking hss_channel __s _bta_tid _bta_c _ke _kx "
    "dm_i ss_email_id ml_subscriber ml_subscriber_hash ceid emci emdi trk_contact trk_msg trk_module trk_sid "
    "ck_subscriber_id mailing_id inf_contact_key sc_src sc_lid sc_uid sc_llid "
    # Which button to share, and on what
    "si ref_src ref_url __twitter_impression spref sref sr_share soc_src soc_trk sthash hootpostid "
    "share_id sharetoken share_token unlocked_article_code reflink fb_ref fb_source __tn__ xtor wprov ved "
    "usqp "
    # Which campaign, by the site's own count
    "cmpid cmp icid ncid ito ocid spm wt_mc wt.mc_id wt.mc_ev trk trkinfo trackingid lipi rcm mbid smid smtyp tpcc "
    "guccounter nr_email_referer _openstat _ga _gl _gac mkevt mkcid mkrid campid toolid s_cid".split()
)

ONLY_THERE: dict[str, frozenset[str]] = {
    "x.com": frozenset({"s", "t", "cxt", "ref"}),
    "youtube.com": frozenset("t feature pp app ab_channel index start start_radio gl hl".split()),
    "blogspot.com": frozenset({"m", "spref"}),
    "docs.google.com": frozenset("usp pli authuser ouid rtpof sd".split()),
    "drive.google.com": frozenset("usp pli authuser ouid rtpof sd".split()),
    "sites.google.com": frozenset({"authuser", "pli"}),
    "forms.gle": frozenset({"usp"}),
    "linkedin.com": frozenset({"originalsubdomain", "utm", "refid"}),
    "tiktok.com": frozenset("_r _t is_from_webapp sender_device is_copy_url web_id".split()),
    "instagram.com": frozenset({"hl", "img_index"}),
    "reddit.com": frozenset({"rdt", "context", "ref", "ref_source"}),
    "medium.com": frozenset({"source", "sk"}),
    "substack.com": frozenset("r s triedredirect showwelcomeonshare publication_id post_id isfreemail".split()),
    "theguardian.com": frozenset({"share"}),
    "nytimes.com": frozenset({"searchresultposition", "referringsource"}),
    "wsj.com": frozenset({"mod", "st"}),
    "eventbrite.co.uk": frozenset({"aff"}),
    "eventbrite.com": frozenset({"aff"}),
    "amazon.com": frozenset({"tag", "ref", "ref_", "psc", "qid", "sr", "crid", "sprefix", "linkcode", "camp"}),
    "amazon.co.uk": frozenset({"tag", "ref", "ref_", "psc", "qid", "sr", "crid", "sprefix", "linkcode", "camp"}),
}
"""What tracks on one site and means something on another. A host without an entry takes that of the one above it."""
