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
    calls       asks for a click, a registration, a call
    sells       prices, discounts, courses, qualifications, tuition
    trade       business, software and training of employees: under education tags, but nobody's classroom
    bait        begs for likes or gifts
    job         a vacancy
    quarrel     party politics and outrage
    greeting    friendly, and nothing to read
    classroom   speaks of pupils, lessons and those who teach them
    practice    something to try: tips, activities, templates, how it is done
    telling     a person speaks of their own class
    asking      somebody asks colleagues
    rhetoric    a question mark, but no question to colleagues
    """

    SPAM = "spam"
    SHADY = "shady"
    COMPANY = "company"
    CALLS = "calls"
    SELLS = "sells"
    TRADE = "trade"
    BAIT = "bait"
    JOB = "job"
    QUARREL = "quarrel"
    GREETING = "greeting"
    CLASSROOM = "classroom"
    PRACTICE = "practice"
    TELLING = "telling"
    ASKING = "asking"
    RHETORIC = "rhetoric"


_PHRASES = {
    Mark.SPAM: """
        pay someone to do your, pay someone to write, do your homework for you, write your essay, write your essays,
        essay writing service, essay writing services, essay writing help, assignment writing service, assignment
        writing services, assignment help service, assignment help services, homework help service, dissertation
        writing service, dissertation writing services, thesis writing service, academic writing service, dm me for
        assignment, dm for assignment, dm for assignments, dm me for assignment help, dm for essay, dm me for help
        with your, dm us for help with your, dm for help with your, dm for academic help, take your online class, take
        your online classes, do your online class, take your class for you, grades guaranteed, guaranteed grades,
        guaranteed a grade, guaranteed good grades, good grades guaranteed, homework slave, we handle all your, paper
        pay, essay pay, pay essay, pay paper, pay homework, buy followers, get more followers, gain followers, more
        followers fast, free followers, followers for sale, buy likes, follow for follow, follow 4 follow, gain train,
        follow everyone who likes, follow everyone who rts, double your bitcoin, bitcoin investment, forex signals,
        crypto giveaway, free bitcoin, binary options, earn money online, earn money from home, make money online,
        work from home and earn, instant loan, casino bonus, betting tips, weight loss pills, onlyfans, whatsapp group
        link
    """,
    Mark.SHADY: """
        do your assignment, do your assignments, do my assignment, do my homework, write my essay, write my paper,
        write your paper, essay due, essays due, assignment due, assignments due, homework due, paper due, papers due,
        online class due, online classes due, online class help, help with your assignment, help with your essay, help
        with your homework, struggling with your assignment, struggling with your homework, struggling with an essay,
        essay help, assignment help, homework help, dissertation help, thesis help, exam help, plagiarism free, zero
        plagiarism, no plagiarism, non plagiarized, quality work, quality grades, good grades, top grades, timely
        delivery, on time delivery, affordable rates, affordable prices, hmu, hit us up, hit me up, kindly dm, dm me,
        dm us, dm now, inbox me, text me, whatsapp me, whatsapp, 24 7, cashapp, paypal, follow back, earn daily, earn
        per day, passive income, get rich, invest and earn, loan offer, crypto, bitcoin, forex, giveaway, airdrop
    """,
    Mark.COMPANY: """
        our platform, our solution, our solutions, our product, our products, our services, our courses, our course,
        our clients, our customers, our app, our software, our experts, our expert, our team, our company, our
        programs, our programmes, our tutors, our workshop, our training, we offer, we provide, we help, we can help,
        we specialise, we specialize, we deliver, we are offering, we are excited, we are proud, we are pleased, we
        are thrilled, we are delighted, were excited, were proud, were thrilled, were pleased, we have launched, we
        are launching, let us help, let us, leading provider, provider, award winning, enables, designed to, helps
        you, helps schools, features, comprehensive, seamless, ultimate, guest blog, crowdfunding, world class,
        cutting edge, state of the art, one stop, industry leading, trusted by, your child, your kid, your kids, your
        business, your career, your brand, your organisation, your organization, your company, your employees, your
        skills, your goals, your dream, your future, customised, customized, testimonial, makes it easy, makes
        learning easy, solution, solutions, stay tuned, ceo, winner, brings a, offers, offering, services, innovative,
        our, presents, experts, has it all, put together, brought to you, partnering, partners, exciting news, join
        us, the best way to, is a hub, leader in, simple steps to follow, platform, portal, apps, get access,
        revolutionised, revolutionized, need guidance, boost, summer program, kickstarter
    """,
    Mark.CALLS: """
        register, register now, register today, registration, registrations, sign up, book now, book your, book a,
        request a, free trial, free demo, demo, apply now, apply, admission, admissions, enrol, enroll, enrolling,
        enrolment, enrollment, enroll now, enrol now, check out our, check our, visit our, visit us, visit, join now,
        contact us, contact, call us, call now, call, email us, dm, inbox, message us, get in touch, learn more, find
        out more, know more, to know more, read more, for more information, more info, more details, click here,
        click, log on, link in bio, subscribe, download now, download the app, try it free, get started, get yours,
        hurry, last chance, dont miss, limited seats, seats, spots, early bird, order now, follow us, like our page,
        fill out, have a look at, take a look at, tune in, watch our, is out
    """,
    Mark.SELLS: """
        buy, buy now, sale, for sale, on sale, shop, discount, discounts, coupon, promo, promo code, special offer,
        offer, price, prices, pricing, affordable, cost effective, as low as, off all, free to, to free, per month,
        per hour, fee, fees, subscription, premium, course, courses, certificate, certificates, certification,
        certified, accredited, diploma, degree, degrees, bachelor, bachelors, masters, mba, postgraduate, tuition,
        tutor, tutors, tutoring, tutorials for beginners, beginners, for beginners, bootcamp, masterclass, trial
        class, demo class, batch, learn english, learn french, learn spanish, learn arabic, learn how to code, camp,
        camps, sponsored, amazon, etsy, consultation, book launch, preorder
    """,
    Mark.TRADE: """
        market size, market, marketing, marketer, sales, leads, funnel, decision makers, email marketing, higher
        education, b2b, crm, roi, startup, startups, investors, funding, billion, acquires, valuation, entrepreneur,
        entrepreneurs, business, businesses, corporate, employee, employees, workforce, workplace, onboarding, hr,
        upskill, upskilling, reskill, soft skills, compliance, productivity, customer, customers, client, clients,
        enterprise, industry, professionals, lms, scorm, xapi, storyline, elearning development, custom elearning,
        instructional designers, training, trainings, trainer, ld, blockchain, cybersecurity, cyber security, devops,
        cloud computing, machine learning, programming, python, javascript, java, css, html, php, sql, web
        development, developer, developers, coding interview, certified professionals, healthcare, clinical,
        insurance, real estate, investing, trading, manufacturing, brand, brands, influencer, seo, stakeholders,
        digital transformation, conference, summit, keynote, upcoming
    """,
    Mark.BAIT: """
        like if you, rt if you, rt if, retweet if you, retweet if, share if you, like and share, like and retweet,
        like and rt, rt and follow, follow and rt, follow and retweet, retweet to win, rt to win, tag a friend, tag
        someone, comment below, drop a comment, drop your, who agrees, please retweet, pls retweet, please rt, pls rt,
        please share, clear the list, wish list, wishlist, donate, donation, donations, fundraiser, my project to
        life, clear my list, share your wishlist, you wont believe, go viral
    """,
    Mark.JOB: """
        we are hiring, were hiring, now hiring, is hiring, hiring, vacancy, vacancies, job opening, job openings, job
        alert, job opportunity, salary, recruiting, send your cv, send your resume, full time, part time, part
        timejob, job description, apply for this, internship, internships, freelance, freelancer, parttime work
    """,
    Mark.QUARREL: """
        republican, republicans, democrat, democrats, tory, tories, leftist, leftists, marxist, communist, fascist,
        fascists, socialist, antifa, election, politicians, white house, supreme court, prime minister, minister,
        ministers, governor, president, senator, senators, govt, government, administration, impeach, resign, vote
        for, voters, protest, protests, boycott, lawsuit, petition, taxpayers, shame, shameful, disgrace, disgraceful,
        disgusting, pathetic, ridiculous, idiot, idiots, morons, stupid, liar, liars, lies, corrupt, corruption,
        hypocrites, hypocrisy, propaganda, hoax, woke, brainwashed, indoctrination, traitors, greedy, greed, looting,
        scam, outrage, outrageous, evil, racist, racists, genocide, wtf, bullshit, shit, fuck, fucking, deprive,
        deprived, deprivation, wake up, political, politics
    """,
    Mark.GREETING: """
        happy birthday, happy friday, happy monday, happy tuesday, happy wednesday, happy thursday, happy saturday,
        happy sunday, happy weekend, good morning, good night, congratulations, congrats, thank you, thanks for,
        thanks to, so proud, proud of, best wishes, motivational, quote of the day, thought of the day, word of the
        day, cant wait, so excited, excited to, excited for, looking forward, great session, awesome session, honored,
        honoured, pleasure, welcome to
    """,
    Mark.CLASSROOM: """
        student, students, pupil, pupils, learners, kids, children, classroom, classrooms, class, lesson, lessons,
        teacher, teachers, teaching, teach, educator, educators, homework, curriculum, syllabus, kindergarten,
        elementary, middle school, high school, grade, graders, year 7, year 8, year 9, year 10, gcse, ks2, ks3,
        phonics, literacy, numeracy, fractions, worksheet, worksheets, whiteboard, formative, assessment, feedback,
        retrieval practice, misconceptions, scaffolding, differentiation, icebreaker, icebreakers, flipped, blended,
        synchronous, asynchronous, pedagogy, metacognition, sel, wellbeing, back to school, first day, first week,
        classmates, librarian, math, maths, reading, writing, science
    """,
    Mark.PRACTICE: """
        via, tips, ideas, idea, ways, strategies, steps, how to, how i, how we, how can we, template, templates,
        resource, resources, lesson plan, lesson plans, activity, activities, checklist, example, examples, toolkit,
        tools, tool, printable, planner, choice boards, choice board, infographic, graphic, guide, routines, norms,
        project, games, game, research, study, studies, evidence, best practices, reflections, lessons learned,
        takeaways, questions, blog post, article, podcast, framework, flow, techniques, habits, advice, editable,
        engage, engaging
    """,
    Mark.TELLING: """
        my class, my students, my pupils, my kids, my classroom, my school, our students, our pupils, our school, our
        classroom, we tried, we used, i used, i made, i created, i wrote, i tried, i teach, i use, i am using, i, my,
        im using, i learned, i learnt, i love, i compiled, i think, i wonder, ill share, ive, i have been, worked for
        me
    """,
    Mark.ASKING: """
        does anyone, does anybody, do any, has anyone, has anybody, have any of you, can anyone, can anybody, could
        anyone, is anyone, is anybody, anyone know, anyone else, anyone have, anyone got, anyone use, anyone using,
        anyone used, anyone tried, anyone recommend, any suggestions, any recommendations, any advice, any ideas, any
        tips, any teachers, do you use, are you using, do you recommend, would you recommend, how do you, how are you,
        how would you, what are your, whats your, what is your, what would you, could you not live without, who has,
        who uses, looking for ideas, looking for suggestions, looking for resources, looking for advice, need ideas,
        need advice, help needed, love to hear, curious how, wondering how, wondering if, i wonder if, teachers how
    """,
    Mark.RHETORIC: """
        did you know, do you want, do you need, do you have, want to, looking to, looking for a, are you ready, are
        you a, are you an, are you looking, are you still, are you struggling, worried about, tired of, have you
        heard, have you signed, have you registered, have you seen, interested in, ready to, ever wondered, what if,
        guess what, why not, who wants, isnt it, need help with, q1, q2, q3, q4, q5, q6, a1, a2, quiz, poll, survey,
        can we help, how dare, how can they, how can you, true or false
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
        assignmentwriting assignments homeworkhelp homeworkdue homework dissertationhelp dissertationwriting
        dissertation thesishelp thesiswriting thesis onlineclasshelp academicwriting examhelp coursework
        researchpaper researchpapers bitcoin crypto cryptocurrency forex airdrop earnmoney passiveincome betting
    """,
    Mark.SELLS: """
        udemy udemycoupon udemycourse freecourse course courses onlinecourse onlinecourses coupon discount sale promo
        specialoffer deals giveaway tuition tutor tutoring onlinetutoring certification domainforsale fiverr etsy
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
        politics election elections vote resist protest boycott resign shame
    """,
    Mark.TRADE: """
        startup startups entrepreneur entrepreneurs business marketing digitalmarketing seo martech b2b saas crm hr lms
        training traininganddevelopment learninganddevelopment corporatetraining employeetraining onboarding upskill
        upskilling softskills leadership management productivity blockchain crypto cybersecurity devops cloudcomputing
        machinelearning artificialintelligence bigdata datascience iot coding code programming python javascript java
        html css php webdev webdevelopment webdesign developer developers 100daysofcode codenewbie womenintech
        investing trading finance fintech realestate healthcare domainnames
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
