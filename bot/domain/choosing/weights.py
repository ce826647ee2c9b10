"""Every weight of the score, in one place. A score of 0 is a plain post that got as many likes as is usual for its tag.

No single one decides: a digest item has people who answered to it, or words for teachers, and little that sells. They
are rounded from what told good posts from noisy ones on every day and in every channel that was left out of the count;
what did not hold there is not here. One more is about e times the odds that a post is no noise.
"""

from typing import NamedTuple

from bot.domain.choosing.lexicon import Mark


class Weight(NamedTuple):
    """What each sign of a kind adds, and the most (or least) that all of them come to."""

    each: float
    bound: float


WORDING = {
    # pupils, lessons, those who teach them: it may speak to teachers, and so do those who sell to them
    Mark.CLASSROOM: Weight(0.3, 0.4),
    # tips, activities, templates, how it is done: what can be tried tomorrow
    Mark.PRACTICE: Weight(0.5, 1.2),
    # a study, a game, a guide: these are for teachers, and as often for others
    Mark.HINT: Weight(0.25, 0.5),
    # somebody tells of their own class
    Mark.TELLING: Weight(0.3, 0.4),
    # somebody asks colleagues, which is how a network lives
    Mark.ASKING: Weight(0.6, 0.8),
    # a learner or a parent speaks, and no colleague
    Mark.FAMILY: Weight(-0.5, -1.0),
    # an organisation speaks of itself
    Mark.COMPANY: Weight(-0.9, -1.8),
    # something new, or help, for “you”: so do good ones speak, but advertisements more
    Mark.OFFERS: Weight(-0.5, -1.2),
    # asks for a click or a registration
    Mark.CALLS: Weight(-0.5, -1.5),
    # has a price, or is about courses and qualifications
    Mark.SELLS: Weight(-0.9, -1.8),
    # business, software and the training of employees are nobody's classroom
    Mark.TRADE: Weight(-0.8, -2.8),
    # likes that were begged for prove nothing, and gifts are asked for elsewhere
    Mark.BAIT: Weight(-1.5, -2.5),
    # a vacancy is no resource
    Mark.JOB: Weight(-1.0, -2.0),
    # there are better places for outrage than the staffroom
    Mark.QUARREL: Weight(-0.9, -2.7),
    # friendly, and nothing to read
    Mark.GREETING: Weight(-0.2, -0.4),
    # what is shady twice is excluded; once, it is doubtful
    Mark.SHADY: Weight(-0.8, -1.6),
}

BLAME_OF_A_TEACHER = 0.3
"""Who speaks of a class of their own sells nothing: an election, a market or a price is what the lesson was about."""

# What others did with it

RESPONSE = 0.4
"""Nearly three times as many likes as is usual for its tag and age."""
RESPONSE_MOST = 0.8
"""Beyond some ten likes more of them say little: what spreads widest is seldom for teachers."""
RESPONSE_OF_ONE_SIGN = 0.6
"""The same where fewer than two words speak to teachers: then it was liked for something else."""
RESPONSE_LEAST = -0.4
"""Nobody liked it: so it is with half of what teachers write, which is why it costs little."""
REPOST_COUNTS = 2.0
"""A repost says more than a like: somebody put their name to it."""
HALF_OF_ALL_AFTER_HOURS = 2.0
"""Half of the likes that a post will ever get have come by then: an hour-old post is not a day-old one."""
BELIEVED_AT = 3.0
"""So many likes are half believed however early they are counted."""
WEIGHT_OF_THE_USUAL = 10.0
"""What is usual for a tag is learnt from its posts; ten of them weigh as much as what is supposed of any tag."""
USUAL_RESPONSE = 0.9
"""What is supposed of a tag of which nothing is known: one or two likes, as a logarithm."""
FOLLOWERS_EXPECT = 0.25
"""Ten likes say more where an account has a hundred followers than where it has a million."""
USUAL_FOLLOWERS = 1_000
"""Of an account that is neither small nor large."""
FOLLOWERS_LEAST = -0.8
"""However many followers there are."""
ANSWERED = 0.4
"""A question that colleagues answered is worth reading for the answers."""
ANSWERS = 2
"""So many replies make a question an answered one."""
SHARED = 0.5
"""Each doubling of the people who share the same thing: they found it independently of each other."""
SHARED_BY_FOLLOWED = 0.3
"""Each account of this channel among them."""
SHARED_MOST = 1.5
"""The same, within bounds."""

# What this channel thinks of such posts

ACCOUNT = 1.5
"""Somebody of this channel chose this account."""
SAVED_BEFORE = 0.7
"""Each doubling of the colleagues who saved something by this author."""
SAVED_BEFORE_MOST = 1.8
"""However many they are, no author fills the digest."""
ELSEWHERE = -3.0
"""Another channel of the workspace showed it this week: a teacher in three channels reads it once. The floor does not
count it: on a quiet day it may still come."""

# What it is

POINTS_AT_OTHERS = 0.4
"""It begins with a title in quotation marks, or says whose it is (via @ana): who points at somebody else's work seldom
sells their own."""
LONGEST_TITLE = 100
"""Characters. A longer quotation is a slogan, or what a content customer says."""
HEADLINE = 0.4
"""It Begins Like the Headline of an Article, and has a link: so do colleagues share, while advertisers talk to you."""
LONGEST_HEADLINE = 300
"""So many characters are looked at."""
LONGER_WORD = 4
"""A word of so many letters has a capital in a headline, whoever wrote it."""
WORDS_OF_A_HEADLINE = 3
"""A name has fewer capitals."""
CAPITALS_OF_A_HEADLINE = 0.75
"""So large a part of the longer words has them."""
LISTED = 0.5
"""It begins with how many things it tells (“7 ways to …”)."""
PEER_TAG = 0.6
"""Each further hashtag under which teachers talk to each other (#sschat, #teachertwitter), where its words speak
to them too: who sells to teachers knows their hashtags."""
PEER_TAG_OF_ONE_SIGN = 0.6
"""The most they come to where one word alone speaks to teachers: “kids” or “maths” is no proof of a classroom."""
PEER_TAG_MOST = 1.2
"""A few of them are enough."""
LINK = 0.2
"""A link is a resource or an advertisement: what is around it tells which."""
FILE_OR_FILM = 0.3
"""A document to download or a film to watch."""
SHOP = -1.0
"""A link to a shop, a coupon or a registration form is no resource."""
PICTURE_IN_WORDS = 0.2
"""Somebody took the trouble to describe a picture."""
OTHER_LANGUAGE = 1.65
"""Its words are not counted where they are not English: it is neither praised nor blamed for them. With a link it is a
little above the floor."""
OTHER_LETTERS = 0.125
"""Of which so large a part is not English was not written in English, whatever the source says."""
FEW_WORDS = -0.6
"""Hardly a sentence besides its hashtags."""
WORDS_THAT_POINT = 6
"""So many words, or fewer, are hardly a sentence."""
PRICE = -0.9
"""A price, or so many per cent off."""
PHONE = -1.2
"""A telephone number or a mail address to turn to."""
HASHTAG_TOO_MANY = -0.12
"""Each hashtag beyond the sixth, those of teachers not counted: written to be found rather than read, though good
curators do it too."""
HASHTAGS_MEANT = 6
"""So many hashtags are meant for readers."""
REPLY = -0.3
"""A reply with a link makes sense outside its conversation, less than a post does."""
SHOUTED = -0.4
"""Capital letters throughout."""
FRESH = 0.2
"""Between two equal posts the newer one, a little."""
FRESH_HALVES_AFTER_HOURS = 30.0
"""After so long half of that little is left."""

# Choosing among the scored

FLOOR = 1.45
"""What scores lower is not worth a minute, even on a quiet day: a shorter digest is better than a poor one. A post
needs a reason or two to be here, and little against it. Every fifth of those that score a little less is noise, of
those above it one in fifteen."""
FLOOR_OF_THE_PLAIN = 0.0
"""For a post without a word that sells, in which somebody simply tells something, of their own class or under a hashtag
of teachers and without a link, or by an account that this channel chose. The floor is against advertisements, not
against what nobody has liked yet."""
PLAIN_HASHTAGS = 4
"""So many hashtags are still plain."""
PLAIN_MENTIONS = 1
"""Who names more people wants something of them: so campaigns write to ministers."""
SECOND_OF_A_TOPIC = 0.7
"""What each earlier item of the same topic takes, so that small topics are heard."""
SAME_TAG_AGAIN = 0.5
"""What each earlier item with the same uncommon hashtag takes: not five items on one event."""
QUESTION_LACKS_MOST = 1.5
"""A colleague's unanswered question takes a seat though it scores lower than the last item by up to so much."""
NEAR_MISS = 1.0
"""What lacked no more than this is explained with the parts of its score."""
