"""Words that tell what kind of post it is: who speaks to whom, and what for. English, as most advertisements are.

Words are folded and without apostrophes (`dont`). The lists are short on purpose: a few signs of each kind, which hold
in any year, and weights (`weights.py`) under which no single word decides. Only `spam` excludes by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum


class Mark(StrEnum):
    """
    spam        sells essays, followers or the like: decisive by itself
    shady       of this it takes two, in the words or the hashtags
    company     an organisation speaks of itself and what it does for you
    offers      offers help, or something new, to “you”
    calls       asks for a click, a registration, a call
    sells       prices, discounts, courses, qualifications, tuition
    trade       business, software and training of employees: under education tags, but nobody's classroom
    bait        begs for likes or gifts
    job         a vacancy
    quarrel     outrage, insults, orders to politicians
    greeting    friendly, and nothing to read
    classroom   speaks of pupils, lessons and those who teach them
    practice    something to try: tips, activities, templates, how it is done
    hint        may be something to try, or anything else: a study, a game, a guide, a tool that many have
    telling     a person speaks of their own class
    asking      somebody asks colleagues
    family      a learner or a parent speaks, no colleague
    rhetoric    a question mark, but no question to colleagues
    """

    SPAM = "spam"
    SHADY = "shady"
    COMPANY = "company"
    OFFERS = "offers"
    CALLS = "calls"
    SELLS = "sells"
    TRADE = "trade"
    BAIT = "bait"
    JOB = "job"
    QUARREL = "quarrel"
    GREETING = "greeting"
    CLASSROOM = "classroom"
    PRACTICE = "practice"
    HINT = "hint"
    TELLING = "telling"
    ASKING = "asking"
    FAMILY = "family"
    RHETORIC = "rhetoric"


_PHRASES = {
    Mark.SPAM: """
        pay someone to do your, pay someone to write, pay us to, do your homework for you, essay writing service, essay
        writing services, assignment writing service, assignment writing services, assignment help service, assignment
        help services, homework help service, dissertation writing service, dissertation writing services, thesis
        writing service, academic writing service, dm me for assignment, dm for assignment, dm for assignments, dm me
        for assignment help, dm for essay, dm me for help with your, dm us for help with your, dm for help with your, dm
        for academic help, take your online class, take your online classes, do your online class, take your class for
        you, grades guaranteed, guaranteed grades, grades assured, guaranteed a grade, guaranteed good grades, good
        grades guaranteed, homework slave, we handle all your, paper pay, essay pay, pay essay, pay paper, pay homework,
        buy followers, get more followers, gain followers, more followers fast, free followers, followers for sale, buy
        likes, follow for follow, follow 4 follow, gain train, follow everyone who likes, follow everyone who rts,
        double your bitcoin, bitcoin investment, forex signals, crypto giveaway, free bitcoin, binary options, earn
        money online, earn money from home, make money online, work from home and earn, instant loan, onlyfans, whatsapp
        group link
    """,
    Mark.SHADY: """
        do your assignment, do your assignments, do my assignment, do my homework, write my essay, write my paper, write
        your essay, write your essays, write your paper, essay writing help, essay due, essays due, assignment due,
        assignments due, homework due, paper due, papers due, online class due, online classes due, online class help,
        help with your assignment, help with your essay, help with your homework, struggling with your assignment,
        struggling with your homework, struggling with an essay, essay help, assignment help, homework help,
        dissertation help, thesis help, exam help, plagiarism free, zero plagiarism, no plagiarism, non plagiarized,
        quality work, quality grades, good grades, excellent grades, top grades, timely delivery, on time delivery,
        affordable rates, affordable prices, hmu, hit us up, hit me up, kindly dm, dm me, dm us, dm now, inbox me, text
        me, whatsapp me, whatsapp, 24 7, cashapp, paypal, follow back, earn daily, earn per day, passive income, get
        rich, invest and earn, loan offer, casino bonus, betting tips, weight loss pills, crypto, bitcoin, forex,
        giveaway, airdrop
    """,
    Mark.COMPANY: """
        our platform, our solution, our solutions, our product, our products, our services, our courses, our course, our
        clients, our customers, our app, our software, our experts, our team, our company, our programs, our programmes,
        our tutors, our workshop, our training, we offer, we provide, we help, we specialise, we specialize, we deliver,
        we are offering, we are excited, we are proud, we are pleased, we are thrilled, we are delighted, were excited,
        were proud, were thrilled, were pleased, we have launched, we are launching, let us, leading provider, provider,
        award winning, enables, designed to, features, comprehensive, seamless, cutting edge, state of the art, world
        class, one stop, industry leading, trusted by, customised, customized, tailored, testimonial, case study, makes
        it easy, we can help, customisable, customizable, user friendly, makes learning easy, solution, solutions, stay
        tuned, ceo, offers, offering, services, innovative, experts, brought to you, partnering, partners, leader in,
        portal, dashboard, with us, with our, get access, boost, revolutionised, revolutionized, journey
    """,
    Mark.OFFERS: """
        is free for, can help, help you, helps, helping, to help, will help, available, introducing, announcing,
        announce, announces, launch, launches, launched, launching, your, now
    """,
    Mark.CALLS: """
        check out our, check out my, look no further, register, register now, register today, registration,
        registrations, sign up, book now, book your, book a, request a, free trial, free demo, demo, apply now, apply,
        admission, admissions, enrol, enroll, enrolling, enrolment, enrollment, enroll now, enrol now, visit our, visit
        us, visit, join now, contact us, contact, call us, call now, call, email, email us, dm, inbox, message us, get
        in touch, learn more, find out more, know more, read more, for more information, more info, more details, click
        here, click, log on, link in bio, download now, download the app, try it free, get started, get yours, hurry,
        last chance, dont miss, limited seats, limited time, submit, early bird, order now, join us tomorrow, follow us,
        follow me, connect with me, subscribe, like our page
    """,
    Mark.SELLS: """
        buy, buy now, shop online, savings, our reviews, sale, for sale, on sale, discount, discounts, coupon, promo,
        promo code, special offer, offer, price, prices, pricing, affordable, cost effective, as low as, per month, per
        hour, fee, fees, subscription, premium, selling, course, courses, certificate, certificates, certification,
        certified, accredited, diploma, degree, degrees, bachelors, masters, mba, postgraduate, tuition, tutor, tutors,
        tutoring, bootcamp, masterclass, trial class, demo class, live class, live classes, batch, learn english, learn
        french, learn spanish, learn arabic, learn how to code, your child, your kid, your kids, your business, your
        career, your brand, your company, your employees, your skills, sponsored, amazon, etsy, teachers pay teachers,
        consultation, preorder
    """,
    Mark.TRADE: """
        market size, marketing, marketer, affiliate, sales, funnel, decision makers, email marketing, higher education,
        b2b, crm, roi, startup, startups, investors, billion, acquires, scholarship, valuation, entrepreneur,
        entrepreneurs, businesses, employee, employees, workforce, workplace, onboarding, hr, upskill, upskilling,
        reskill, soft skills, customer, customers, client, clients, lms, scorm, xapi, elearning development, custom
        elearning, blockchain, cybersecurity, cyber security, devops, cloud computing, web development, coding
        interview, real estate, influencer, seo, stakeholders, digital transformation
    """,
    Mark.BAIT: """
        like if you, rt if you, rt if, retweet if you, retweet if, share if you, like and share, like and retweet,
        like and rt, rt and follow, follow and rt, follow and retweet, retweet to win, rt to win, tag a friend, tag
        someone, comment below, drop a comment, drop your, please retweet, pls retweet, please rt, pls rt, clear the
        list, clear my list, my list, wish list, wishlist, items needed, more items, donate, donation, donations,
        fundraiser, crowdfunding, kickstarter, my project to life, you wont believe, go viral
    """,
    Mark.JOB: """
        we are hiring, were hiring, now hiring, is hiring, hiring, vacancy, vacancies, job opening, job openings, job
        alert, job opportunity, salary, recruiting, send your cv, send your resume, job description, apply for this,
        internship, internships, freelance, freelancer
    """,
    Mark.QUARREL: """
        impeach, i urge, we urge, i demand, we demand, resign, vote for, boycott, shame on, shameful, disgrace,
        disgraceful, disgusting, pathetic, idiot, idiots, morons, stupid, liar, liars, corrupt, hypocrites, hypocrisy,
        hoax, brainwashed, greedy, greed, scam, outrageous, wtf, bullshit, sucks, shit, shitty, fuck, fucking, wake up,
        how dare, how can they
    """,
    Mark.GREETING: """
        happy birthday, happy friday, happy monday, happy tuesday, happy wednesday, happy thursday, happy saturday,
        happy sunday, happy weekend, good morning, good afternoon, good night, congratulations, congrats, thank you,
        thanks for, best wishes, motivational, quote of the day, thought of the day, great session, awesome session,
        honored, honoured, welcome to
    """,
    Mark.CLASSROOM: """
        student, students, ss, pupil, pupils, learners, classroom, instruction, instructional, lesson, lessons, teacher,
        teachers, teaching, teach, educator, educators, homework, curriculum, syllabus, elementary, middle school, high
        school, grade, graders, year 1, year 2, year 3, year 4, year 5, year 6, year 7, year 8, year 9, year 10, year
        11, year 12, year 13, sixth form, sixth formers, gcse, ks1, ks2, ks3, ks4, phonics, literacy, numeracy,
        fractions, worksheet, worksheets, whiteboard, formative, assessment, feedback, retrieval practice,
        misconceptions, scaffolding, differentiation, icebreaker, icebreakers, flipped, blended, synchronous,
        asynchronous, pedagogy, metacognition, sel, wellbeing, back to school, first day, first week, classmates,
        librarian, math, maths, science
    """,
    Mark.PRACTICE: """
        via, tips, ideas, ways, way to, strategies, steps, here are, planning, apps, tutorial, how to, how i, how we,
        how my, how our, how can we, template, templates, resource, resources, lesson plan, lesson plans, activity,
        activities, checklist, example, examples, toolkit, tools, tool, printable, planner, choice boards, choice board,
        infographic, routines, evidence, best practices, reflections, lessons learned, takeaways, questions, blog post,
        article, podcast, editable, engage, your students, your pupils, your class, your classroom, your lesson, your
        lessons, your teaching, your school
    """,
    Mark.HINT: """
        free, webinar, helpful, google classroom, google meet, google forms, google slides, google docs, zoom, microsoft
        teams, canvas, moodle, padlet, kahoot, bitmoji, idea, guide, project, games, game, research, study, studies,
        framework, techniques, habits, advice, engaging
    """,
    Mark.TELLING: """
        my class, my students, my pupils, my kids, my classroom, my school, our students, our pupils, our school, our
        classroom, we tried, we used, i used, i made, i created, i wrote, i tried, i teach, i use, im using, i, my, i
        learned, i learnt, i think, i wonder, ive, worked for me
    """,
    Mark.ASKING: """
        does anyone, does anybody, has anyone, has anybody, have any of you, can anyone, can anybody, could anyone, is
        anyone, is anybody, anyone know, anyone else, anyone have, anyone got, anyone use, anyone using, anyone used,
        anyone tried, anyone recommend, any suggestions, any recommendations, any advice, any ideas, any tips, any
        teachers, do you use, are you using, do you recommend, would you recommend, how do you, how are you, how would
        you, what are your, whats your, what is your, what would you, who uses, looking for ideas, looking
        for suggestions, looking for resources, looking for advice, need ideas, need advice, help needed, curious how,
        wondering how, i wonder if, teachers how
    """,
    Mark.FAMILY: """
        my teacher, my teachers, my college, my university, my lectures, my professor, my professors, my lecturer, my
        lecturers, my tutor, my exam, my exams, my degree, my certificate, my son, my sons, my daughter, my daughters,
        my child, my kid, my mom, my mum, my senior year, my semester, as a parent, as a student, as a mom, as a mum, i
        enrolled, im enrolled, successfully completed
    """,
    Mark.RHETORIC: """
        did you know, do you want, do you need, do you have, want to, looking to, looking for a, are you ready, are
        you a, are you an, are you looking, are you still, are you struggling, worried about, tired of, have you
        heard, have you signed, have you registered, have you seen, interested in, ready to, ever wondered, what if,
        guess what, why not, who wants, isnt it, need help with, q1, q2, q3, q4, q5, q6, a1, a2, quiz, poll, survey,
        can we help, how can you, true or false
    """,
}

_TAGS = {
    Mark.SPAM: """
        essaydue essaypay essaypays payessay essaywritingservice assignmentwritingservice homeworkslave homeworkpay
        payhomework paperdue paywrite paysomeone paypaper payassignment payforessay payforpaper paysomeonetodo
        onlineclasspay onlineclassdue takemyonlineclass domyhomework domyassignment writemyessay writemypaper
        followback teamfollowback ifollowback followforfollow follow4follow followtrain gainwithus gainfollowers f4f
        like4like likeforlike forextrader binaryoptions makemoneyonline onlyfans nsfw casino
    """,
    Mark.SHADY: """
        essayhelp essaywriting essaywriter essaywriters essays assignmenthelp assignmentdue assignmentsdue
        assignmentwriting assignments homeworkhelp homeworkdue dissertationhelp dissertationwriting
        dissertation thesishelp thesiswriting thesis onlineclasshelp academicwriting examhelp coursework
        researchpaper researchpapers bitcoin crypto cryptocurrency forex airdrop earnmoney passiveincome betting
    """,
    Mark.SELLS: """
        udemy udemycoupon udemycourse freecourse course courses onlinecourse onlinecourses coupon discount sale promo
        specialoffer deals giveaway tuition tutor tutoring onlinetutoring certification graduatecertificate
        mastersdegree domainforsale fiverr etsy teacherspayteachers tpt
    """,
    Mark.BAIT: """
        clearthelist clearthelists wishlist donorschoose fundraiser gofundme
    """,
    Mark.CALLS: """
        admissionopen admissionsopen admissions registernow enrollnow applynow earlybird
    """,
    Mark.JOB: """
        job jobs hiring nowhiring vacancy career careers jobsearch jobopening internship recruitment parttimejob
    """,
    Mark.QUARREL: """
        resist boycott resign shame
    """,
    Mark.TRADE: """
        startup startups entrepreneur entrepreneurs business marketing digitalmarketing socialmediamarketing
        affiliatemarketing seo martech b2b saas crm hr lms training traininganddevelopment learninganddevelopment
        corporatetraining employeetraining onboarding upskill upskilling softskills management productivity blockchain
        crypto cybersecurity devops cloudcomputing bigdata iot javascript php webdev webdevelopment webdesign developer
        developers 100daysofcode codenewbie womenintech investing fintech realestate domainnames personaldevelopment
        technology tech digital innovation future software app apps edutech
    """,
    Mark.GREETING: """
        mondaymotivation motivation quote quotes quoteoftheday inspirationalquotes tgif
    """,
}


def _phrases() -> Iterator[tuple[str, Mark]]:
    for mark, text in _PHRASES.items():
        yield from ((" ".join(phrase.split()), mark) for phrase in text.split(","))


MARKS: Mapping[str, Mark] = dict(_phrases()) | {f"#{tag}": mark for mark, text in _TAGS.items() for tag in text.split()}
"""Every word, phrase and hashtag (with its #) that is known here."""


OWN_CLASS = frozenset(
    "pupil, pupils, my class, my students, my pupils, my classroom, our students, our pupils, our classroom, "
    "sixth form, sixth formers".split(", ")
) | {f"year {number}" for number in range(1, 14)}
"""Of these in `MARKS` teachers speak who teach them; who sells something speaks to students and their parents."""


MY_CLASS = OWN_CLASS - {"our students", "our pupils", "our classroom"}
"""Of these, what nobody says to customers: “our students” have their courses and textbooks advertised."""


def _by_longest_word(known: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Each word or phrase under its longest word, with a space on both sides and without: no post is searched for what
    it cannot have."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for words in known:
        longest = max(words.split(), key=len)
        found[longest] = (*found.get(longest, ()), (f" {words} ", words))
    return found


_FOUND_BY = _by_longest_word(words for words in MARKS if not words.startswith("#"))
_KNOWN = frozenset(_FOUND_BY)


def hits_in(wording: str, words: Collection[str]) -> tuple[str, ...]:
    """What a wording says of `MARKS`, each thing once, always in the same order; `words` are its words."""
    known = _KNOWN.intersection(words)
    if not known:
        return ()
    padded = f" {wording} "
    found = [hit for word in known for phrase, hit in _FOUND_BY[word] if phrase in padded]
    return tuple(sorted(found))


def with_mark(*marks: Mark) -> frozenset[str]:
    return frozenset(words for words, mark in MARKS.items() if mark in marks)
