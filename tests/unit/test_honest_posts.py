"""Sentences that teachers write: about essays, drugs, elections, exams, sales, strikes and vacancies. Nothing of it is
spam. All are invented."""

import pytest

from bot.domain.audience import Audience
from bot.domain.choosing import choose
from bot.domain.digest import Candidate
from bot.domain.fate import Ending
from tests.unit.examples import NOW, candidate, liked

IN_ENGLISH = """
- Essay writing help for year 10: we plan one paragraph together on the board, then they write the next alone #engchat
- How I teach essay writing: thesis first, then three quotations, then the homework is only the conclusion #engchat
  #essaywriting
- My year 12s have two essays due on Friday and a mock on Monday. Who plans these calendars? #teamenglish
- Write your essay introduction last, I tell my GCSE class, and every year the marks go up #teamenglish
- Plagiarism lesson today: pupils spotted the copied paragraph faster than the software did #edchat
- Poetry by heart: one stanza a week, no tests, and by Easter they know The Highwayman #litchat
- Does anyone have a good short story for reluctant readers in year 8, under ten pages? #engchat
- Drugs education with year 9 today: we mapped what cannabis does to sleep and memory, and the questions were
  excellent #pshe
- Vaping in the toilets: our science club measured the air and presented it in assembly. Fewer alarms since #pshe
  #edchat
- Talking about alcohol and weight loss pills with sixth formers, using adverts as the source #pshe #healthed
- Consent lesson resources for year 10 that worked for us, with the scenarios rewritten by pupils #rse #pshe
- Gambling awareness week: we took apart a casino bonus advert in maths and worked out the real odds #mathschat #pshe
- Betting tips in the group chats of year 11. Maths lesson on expected value, with their own examples #mathschat
- Elections in history class: year 9 re-ran 1906 with posters, a ballot box and a count #historyteacher
- Teaching the suffragettes: six primary sources about the vote and a card sort #sschat #vote
- Our mock election used three voting systems on the same ballots. The winner changed twice #govteach
- Boycott, strike, petition: a lesson on how Montgomery was organised, with the leaflets of the time #sschat
- How do you teach propaganda without just showing posters? Looking for ideas for year 9 #historyteacher
- The general strike of 1926 in our own town: pupils found the tram drivers in the archive #historyteacher
- Strike day tomorrow, so the revision session moves to Thursday. Slides stay in the shared folder #edchat
- What Parliament actually does on a Wednesday: we watched PMQs with the sound off and guessed #citizenship #politics
- Exam stress: five minutes of breathing before the mock, and nobody laughed this time #wellbeing #edchat
- Exam help that costs nothing: a quiet room, a kettle and the library open until six #edchat
- A pupil cried over a grade 8 today. How do you talk about good grades with perfectionists? #wellbeing
- Homework club has 40 regulars now. The trick was toast #edchat
- Homework help after school in the library, run by sixth formers, is the best thing we started this year #edchat
  #homework
- Text me when you get home, said the tutor to the whole coach. Residential season is here #edutwitter
- Bake sale maths: year 5 set the price of each cake, counted the float and worked out the profit #mathschat
- The school fair raised enough for new goalposts, and year 8 ran every stall themselves #edutwitter
- Second-hand uniform sale in the hall on Saturday, everything 50p, run by our pupils' council #edutwitter
- Our book fair is on all week. Any suggestions for a competition that is not guess the sweets? #librarians
- Enterprise week: teams had 10 pounds and five days. The bird feeders made 84 #businessed
- Free tickets for the science museum if you book as a school before half term, worth the trip #scichat
- We are hiring a teacher of physics from January in a kind department with a lab technician who knows everything
  #physicsteacher #jobs
- Part time music teacher wanted at our primary, two days, lovely choir. Ask me anything #musiced
- Interview lesson tomorrow, 25 minutes on loops with year 7. Any advice on what to leave out? #casteacher
- Crypto for year 8: Caesar ciphers with paper wheels, then they break each other's messages #caschat #crypto
- Bitcoin and blockchain in sixth form economics: we kept a paper ledger for a week and argued about it #econed
- Python with year 7: turtle graphics first, then a times table quiz they wrote themselves #caschat #python #coding
- Has anyone used micro:bits to measure light in the greenhouse? My class wants to try #caschat
- 24/7 weather station on our roof, data open to all schools: https://weather.school.example/roof #geographyteacher
- Fractions with paper strips: how my year 5 class compared thirds and quarters #mathschat
- Retrieval practice that takes two minutes: four questions, one from last lesson, week, month, year #mathschat
  #cogscisci
- Dissolving, melting, or neither? Diagnostic questions I made for year 6, free to download #asechat
- Follow back the melody: my choir warm-up where each singer repeats and adds a bar #musiced
- PE in the rain: orienteering inside the building with maps drawn by year 9 #physed
- Now and next boards changed our mornings. Photos of the symbols in the thread #sendchat
- EYFS: mud kitchen rules written by the children. Number one is share the big spoon #eyfs
- Parents' evening online again: what do you say in five minutes that helps? #sltchat
- Please share: the exam board has moved the deadline for coursework samples to 15 May #edutwitter #coursework
- Inbox zero lasted four minutes. What is your rule for parent emails after six? #edutwitter
- Our assembly on the gain and loss of languages: every pupil taught us hello in theirs #mfltwitterati
- Careers week: a midwife, a welder and a stage manager answered questions in year 8 #careers #edchat
- Whatsapp group rules that our year 7 wrote for themselves after a bad weekend #digcit
- DM me for the slides, I am happy to send the whole unit on rivers #geographyteacher
"""
SENTENCES = [" ".join(each.split()) for each in IN_ENGLISH.split("\n- ")[1:]]
IN_OTHER_LANGUAGES = {
    "fr": "Ma classe de CM2 a écrit un journal de dix pages sur la rivière du village, et voici notre méthode",
    "de": "Wie erklärt ihr Brüche in Klasse 5? Wir falten Papierstreifen und vergleichen Drittel und Viertel",
    "cy": "Gwers hanes heddiw: plant blwyddyn chwech yn darllen llythyrau o'r chwarel ac yn holi cwestiynau gwych",
    "es": "En clase de historia comparamos tres fuentes sobre la huelga de 1917 y cada grupo defendió una versión",
    "pl": "Jak uczycie ułamków w klasie piątej? My składamy paski papieru i porównujemy części",
    "ar": "في درس العلوم اليوم قاس التلاميذ ضوء الشمس في الحديقة وكتبوا النتائج على السبورة",
    "ja": "五年生の分数の授業で紙の帯を折って三分の一と四分の一を比べました。子どもたちの説明がすばらしかったです",
}
FEW = 20


def english(number: int, likes: int) -> Candidate:
    text = SENTENCES[number]
    tags = tuple(word[1:] for word in text.split() if word.startswith("#"))
    return candidate(number, text, (f"#{tags[0]}",), lang="en", hashtags=tags, metrics=liked(likes))


def ending(one: Candidate) -> Ending:
    """What becomes of it on a quiet day."""
    return choose([one], Audience(5, NOW)).fates[0].ending


@pytest.mark.parametrize("number", range(len(SENTENCES)))
def test_what_teachers_write_is_never_excluded(number: int) -> None:
    assert ending(english(number, likes=0)) is not Ending.EXCLUDED


def test_nothing_of_it_is_excluded_on_one_busy_day_either() -> None:
    fates = choose([english(number, likes=1) for number in range(len(SENTENCES))], Audience(5, NOW)).fates
    assert [fate.words for fate in fates if fate.ending is Ending.EXCLUDED] == []


def test_most_of_it_is_worth_a_place_on_a_quiet_day() -> None:
    """Vacancies, requests, words by which others sell, and a thought that names nothing of a classroom are not; that
    some of them should be is known."""
    too_low = [number for number in range(len(SENTENCES)) if ending(english(number, likes=3)) is not Ending.SHOWN]
    assert len(too_low) <= FEW, [SENTENCES[number] for number in too_low]


@pytest.mark.parametrize("language", IN_OTHER_LANGUAGES)
def test_other_languages_have_a_digest_too(language: str) -> None:
    assert ending(candidate(1, IN_OTHER_LANGUAGES[language], lang=language)) is Ending.SHOWN
