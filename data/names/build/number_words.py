#!/usr/bin/env python3
"""Writes number_words.tsv: `python3 data/names/build/number_words.py`. Standard library only."""
import unicodedata
units="zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
tens="_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
ordu="zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
ordt="_ _ twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split()
card={};ordi={};rom={}
def add(d,n,*fs):
    for f in fs:
        if f and f not in d.setdefault(n,[]): d[n].append(f)
def suffix(n): return "th" if 10<=n%100<=20 else {1:"st",2:"nd",3:"rd"}.get(n%10,"th")
for n in range(0,100):
    if n<20: c=[units[n]];o=[ordu[n]]
    else:
        t,u=divmod(n,10)
        c=[tens[t]] if u==0 else [f"{tens[t]}-{units[u]}",f"{tens[t]} {units[u]}",f"{tens[t]}{units[u]}"]
        o=[ordt[t]] if u==0 else [f"{tens[t]}-{ordu[u]}",f"{tens[t]} {ordu[u]}"]
        if t==4:
            c+=[x.replace("forty","fourty") for x in c]
    add(card,n,*c)
    if n: add(ordi,n,*o,f"{n}{suffix(n)}",f"no {n}",f"№{n}",f"nr {n}",f"num {n}")
for n,c,o in ((100,["hundred","one hundred","a hundred"],["hundredth","one hundredth","100th"]),(1000,["thousand","one thousand","a thousand"],["thousandth","1000th"])):
    add(card,n,*c); add(ordi,n,*o)
L={}
L["es"]=("cero uno|una|un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis|dieciseis diecisiete dieciocho diecinueve veinte".split(),
 {21:"veintiuno|veintiún",22:"veintidós|veintidos",23:"veintitrés|veintitres",24:"veinticuatro",25:"veinticinco",26:"veintiséis|veintiseis",27:"veintisiete",28:"veintiocho",29:"veintinueve",30:"treinta",40:"cuarenta",50:"cincuenta",60:"sesenta",70:"setenta",80:"ochenta",90:"noventa",100:"cien|ciento",1000:"mil"},
 "primero|primera|primer segundo|segunda tercero|tercera|tercer cuarto|cuarta quinto|quinta sexto|sexta séptimo|séptima|septimo|septima octavo|octava noveno|novena décimo|décima|decimo|decima undécimo|undécima|undecimo duodécimo|duodécima|duodecimo decimotercero|decimotercera decimocuarto|decimocuarta decimoquinto|decimoquinta decimosexto|decimosexta decimoséptimo|decimoseptimo decimoctavo|decimoctava decimonoveno|decimonovena vigésimo|vigésima|vigesimo".split())
L["pt"]=("zero um|uma dois|duas três|tres quatro cinco seis sete oito nove dez onze doze treze catorze|quatorze quinze dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove vinte".split(),{30:"trinta",40:"quarenta",50:"cinquenta",60:"sessenta",70:"setenta",80:"oitenta",90:"noventa",100:"cem|cento",1000:"mil"},
 "primeiro|primeira segundo|segunda terceiro|terceira quarto|quarta quinto|quinta sexto|sexta sétimo|sétima oitavo|oitava nono|nona décimo|décima".split())
L["fr"]=("zéro un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept|dix\u00a0sept dix-huit|dix\u00a0huit dix-neuf|dix\u00a0neuf vingt".split(" "),{21:"vingt et un|vingt-et-un",22:"vingt-deux",23:"vingt-trois",24:"vingt-quatre",25:"vingt-cinq",26:"vingt-six",27:"vingt-sept",28:"vingt-huit",29:"vingt-neuf",30:"trente",40:"quarante",50:"cinquante",60:"soixante",70:"soixante-dix|septante",80:"quatre-vingts|quatre-vingt|huitante|octante",90:"quatre-vingt-dix|nonante",100:"cent",1000:"mille"},
 "premier|première|premiere|1er|1re|1ère|1ere deuxième|deuxieme|second|seconde|2e|2ème|2eme troisième|troisieme|3e|3ème quatrième|quatrieme|4e|4ème cinquième|cinquieme|5e|5ème sixième|sixieme|6e septième|septieme|7e huitième|huitieme|8e neuvième|neuvieme|9e dixième|dixieme|10e onzième|onzieme|11e douzième|douzieme|12e treizième|13e quatorzième|14e quinzième|15e seizième|16e dix-septième|17e dix-huitième|18e dix-neuvième|19e vingtième|20e".split())
L["it"]=("zero uno|una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti".split(),{30:"trenta",40:"quaranta",50:"cinquanta",60:"sessanta",70:"settanta",80:"ottanta",90:"novanta",100:"cento",1000:"mille"},
 "primo|prima secondo|seconda terzo|terza quarto|quarta quinto|quinta sesto|sesta settimo|settima ottavo|ottava nono|nona decimo|decima".split())
L["de"]=("null eins|ein|eine zwei|zwo drei vier fünf|fuenf|funf sechs sieben acht neun zehn elf zwölf|zwoelf|zwolf dreizehn vierzehn fünfzehn|fuenfzehn sechzehn siebzehn achtzehn neunzehn zwanzig".split(),{21:"einundzwanzig",22:"zweiundzwanzig",23:"dreiundzwanzig",24:"vierundzwanzig",25:"fünfundzwanzig",30:"dreißig|dreissig",40:"vierzig",50:"fünfzig|fuenfzig",60:"sechzig",70:"siebzig",80:"achtzig",90:"neunzig",100:"hundert|einhundert",1000:"tausend|eintausend"},
 "erste|erster|erstes zweite|zweiter|zweites dritte|dritter|drittes vierte|vierter fünfte|fünfter|fuenfte sechste|sechster siebte|siebter|siebente achte|achter neunte|neunter zehnte|zehnter elfte|elfter zwölfte|zwölfter dreizehnte vierzehnte fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste".split())
L["ru"]=("ноль|нуль один|одна|одно|odin|odna два|две|dva|dve три|tri четыре|chetyre пять|pyat|piat шесть|shest семь|sem восемь|vosem девять|devyat десять|desyat|desiat одиннадцать|odinnadtsat двенадцать|dvenadtsat тринадцать|trinadtsat четырнадцать|chetyrnadtsat пятнадцать|pyatnadtsat шестнадцать|shestnadtsat семнадцать|semnadtsat восемнадцать|vosemnadtsat девятнадцать|devyatnadtsat двадцать|dvadtsat".split(),{30:"тридцать|tridtsat",40:"сорок|sorok",50:"пятьдесят|pyatdesyat",60:"шестьдесят|shestdesyat",70:"семьдесят|semdesyat",80:"восемьдесят|vosemdesyat",90:"девяносто|devyanosto",100:"сто|sto",1000:"тысяча|tysyacha"},
 "первый|первая|первое|pervyy|pervy|pervaya|pervoe|1-й|1-я|1-ый|1-ая|1-ое второй|вторая|второе|vtoroy|vtoraya|2-й|2-я|2-ой третий|третья|третье|trety|tretiy|tretya|3-й|3-я|3-ий четвертый|четвёртый|четвертая|четвёртая|chetverty|4-й|4-я|4-ый пятый|пятая|pyaty|5-й|5-я|5-ый шестой|шестая|shestoy|6-й|6-я седьмой|седьмая|sedmoy|7-й|7-я восьмой|восьмая|vosmoy|8-й|8-я девятый|девятая|devyaty|9-й|9-я десятый|десятая|desyaty|10-й|10-я одиннадцатый|одиннадцатая|11-й|11-я двенадцатый|двенадцатая|12-й|12-я тринадцатый|тринадцатая|13-й|13-я четырнадцатый|четырнадцатая|14-й|14-я пятнадцатый|пятнадцатая|15-й|15-я шестнадцатый|шестнадцатая|16-й|16-я семнадцатый|семнадцатая|17-й|17-я восемнадцатый|восемнадцатая|18-й|18-я девятнадцатый|девятнадцатая|19-й|19-я двадцатый|двадцатая|20-й|20-я".split())
L["uk"]=("_ _ _ _ чотири п'ять шість сім вісім дев'ять десять".split(),{20:"двадцять",30:"тридцять",40:"сорок",50:"п'ятдесят",100:"сто",1000:"тисяча"},
 "перший|перша|перше|pershyi|persha другий|друга|друге|druhyi третій|третя|третє|tretii четвертий|четверта п'ятий|п'ята шостий|шоста сьомий|сьома восьмий|восьма дев'ятий|дев'ята десятий|десята".split())
L["ar"]=("صفر|sifr واحد|واحدة|wahid|wahida اثنان|اثنين|إثنان|ithnan|ithnayn|itnan ثلاثة|ثلاث|thalatha|thalath|talata أربعة|اربعة|أربع|arba'a|arbaa خمسة|خمس|khamsa|khams ستة|ست|sitta سبعة|سبع|sab'a|sabaa ثمانية|ثماني|thamaniya|tamaniya تسعة|تسع|tis'a|tisaa عشرة|عشر|ashara|'ashra أحد\u00a0عشر|ahad\u00a0ashar اثنا\u00a0عشر|ithna\u00a0ashar ثلاثة\u00a0عشر أربعة\u00a0عشر خمسة\u00a0عشر ستة\u00a0عشر سبعة\u00a0عشر ثمانية\u00a0عشر تسعة\u00a0عشر عشرون|عشرين|ishrun|ishrin|'ishrin".split(" "),{30:"ثلاثون|ثلاثين|thalathin|thalathun",40:"أربعون|أربعين|arba'in|arbain",50:"خمسون|خمسين|khamsin",60:"ستون|ستين|sittin",70:"سبعون|سبعين|sab'in",80:"ثمانون|ثمانين|thamanin",90:"تسعون|تسعين|tis'in",100:"مائة|مئة|mi'a|miah",1000:"ألف|الف|alf"},
 "أول|الأول|الاول|أولى|الأولى|الاولى|awwal|al-awwal|al-ula|ula|awal ثاني|الثاني|الثانية|thani|al-thani|al-thaniya|thaniya|tani ثالث|الثالث|الثالثة|thalith|al-thalith|al-thalitha رابع|الرابع|الرابعة|rabi'|al-rabi'|al-rabi'a خامس|الخامس|الخامسة|khamis|al-khamis|al-khamisa سادس|السادس|السادسة|sadis|al-sadis|al-sadisa سابع|السابع|السابعة|sabi'|al-sabi' ثامن|الثامن|الثامنة|thamin|al-thamin تاسع|التاسع|التاسعة|tasi'|al-tasi' عاشر|العاشر|العاشرة|ashir|al-ashir الحادي\u00a0عشر|الحادية\u00a0عشرة|al-hadi\u00a0ashar الثاني\u00a0عشر|الثانية\u00a0عشرة الثالث\u00a0عشر|الثالثة\u00a0عشرة الرابع\u00a0عشر|الرابعة\u00a0عشرة الخامس\u00a0عشر السادس\u00a0عشر السابع\u00a0عشر الثامن\u00a0عشر التاسع\u00a0عشر العشرون".split(" "))
L["fa"]=("_ یک|yek دو|do سه|se|seh چهار|chahar پنج|panj شش|shesh هفت|haft هشت|hasht نه|noh ده|dah یازده|yazdah دوازده|davazdah سیزده|sizdah چهارده|chahardah پانزده|panzdah|ponzdah شانزده|shanzdah|shunzdah هفده|hefdah هجده|hejdah نوزده|nuzdah بیست|bist".split(),{30:"سی|si",40:"چهل|chehel",50:"پنجاه|panjah",60:"شصت|shast",70:"هفتاد|haftad",80:"هشتاد|hashtad",90:"نود|navad",100:"صد|sad",1000:"هزار|hezar"},
 "اول|یکم|avval|yekom دوم|dovom|dovvom سوم|sevom|sevvom چهارم|chaharom پنجم|panjom ششم|sheshom هفتم|haftom هشتم|hashtom نهم|nohom دهم|dahom یازدهم|yazdahom دوازدهم|davazdahom سیزدهم|sizdahom چهاردهم|chahardahom پانزدهم|panzdahom شانزدهم|shanzdahom هفدهم|hefdahom هجدهم|hejdahom نوزدهم|nuzdahom بیستم|bistom".split())
L["tr"]=("sıfır|sifir bir iki üç|uc dört|dort beş|bes altı|alti yedi sekiz dokuz on on\u00a0bir|onbir on\u00a0iki|oniki on\u00a0üç|onüç on\u00a0dört|ondört on\u00a0beş|onbeş on\u00a0altı|onaltı on\u00a0yedi|onyedi on\u00a0sekiz|onsekiz on\u00a0dokuz|ondokuz yirmi".split(" "),{30:"otuz",40:"kırk|kirk",50:"elli",60:"altmış|altmis",70:"yetmiş|yetmis",80:"seksen",90:"doksan",100:"yüz|yuz",1000:"bin"},
 "birinci|ilk ikinci üçüncü|ucuncu dördüncü|dorduncu beşinci|besinci altıncı|altinci yedinci sekizinci dokuzuncu onuncu".split())
sino_ko="영|공|yong 일|il 이|i 삼|sam 사|sa 오|o 육|륙|yuk|ryuk 칠|ch'il|chil 팔|p'al|pal 구|ku|gu 십|sip|ship".split()
nat_ko="_ 하나|한|hana 둘|두|tul 셋|세|set 넷|네|net 다섯|tasot 여섯|yosot 일곱|ilgop 여덟|yodol 아홉|ahop 열|yol".split()
L["zh"]=("零|〇|ling 一|壹|弌|yi 二|贰|貳|两|兩|er|liang 三|叁|參|san 四|肆|si 五|伍|wu 六|陆|陸|liu 七|柒|qi 八|捌|ba 九|玖|jiu 十|拾|shi".split(),{100:"百|一百|yibai",1000:"千|一千|yiqian",10000:"万|萬|wan"},
 "第一|diyi 第二|dier|di'er 第三|disan 第四|disi 第五|diwu 第六|diliu 第七|diqi 第八|diba 第九|dijiu 第十|dishi 第十一|dishiyi 第十二|dishi'er 第十三 第十四 第十五 第十六 第十七 第十八 第十九 第二十".split())
for lang,(c,more,o) in L.items():
    for n,f in enumerate(c):
        if f!="_": add(card,n,*[x.replace("\u00a0"," ") for x in f.split("|")])
    for n,f in more.items(): add(card,n,*f.split("|"))
    for n,f in enumerate(o,1): add(ordi,n,*[x.replace("\u00a0"," ") for x in f.split("|")])
zd="零一二三四五六七八九"
kd="영일이삼사오육칠팔구"
for n in range(11,100):
    t,u=divmod(n,10)
    add(card,n,("" if t==1 else zd[t])+"十"+(zd[u] if u else ""))
    add(card,n,("" if t==1 else kd[t])+"십"+(kd[u] if u else ""))
    if n>20: add(ordi,n,"第"+("" if t==1 else zd[t])+"十"+(zd[u] if u else ""))
for n,f in enumerate(sino_ko): add(card,n,*f.split("|"))
for n,f in enumerate(nat_ko):
    if f!="_": add(card,n,*f.split("|"))
add(card,20,"이십","스물","isip"); add(card,30,"서른"); add(card,40,"마흔"); add(card,100,"백","paek","baek"); add(card,1000,"천","ch'on","chon","cheon")
lat="il i sam sa o yuk ch'il p'al ku sip".split()
for n in range(1,100):
    t,u=divmod(n,10)
    k=("" if t<2 else kd[t])+("십" if t else "")+(kd[u] if u else "")
    add(ordi,n,"제"+k,f"제{n}",f"제 {n}",f"第{n}",f"di{n}",f"che {n}",f"je {n}",f"{n}호",f"{n}号",f"{n}號")
for n,f in ((1,["첫째","첫번째","cheil","jeil","che il","che-il"]),(2,["둘째","두번째","chei","je2","che i","che-i"]),(3,["셋째","chesam","che sam"])): add(ordi,n,*f)
def roman(n):
    out=""
    for v,s in ((100,"c"),(90,"xc"),(50,"l"),(40,"xl"),(10,"x"),(9,"ix"),(5,"v"),(4,"iv"),(1,"i")):
        while n>=v: out+=s; n-=v
    return out
for n in range(1,51): add(rom,n,roman(n))
for n,ch in enumerate("ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ",1): add(rom,n,ch)
# Words that are articles, names or syllables far more often than numbers are left out.
LEFT_OUT = set("un una um uma une ein eine il i sam sa o yuk ku sip han tul set net yol yek do se si bir on yi er san wu liu qi ba jiu shi ling yong "
    "dah noh sad bist hana wahid wahida khamis thani rabi' sadis ula awal tani sem mil cem sei sto sta dva tri dve odna sechs_ alf uc hezar_ "
    "isip baek paek chon du ryuk tis'in ashir thamin sabi' tasi' rabi sitta doz qi thalith khams shesh haft hasht panj ch'on thousand_ ka sekiz_ "
    "al-khamis al-rabi' al-thani ilk first_ no1 ba'".split())
H="""# Numbers in words.
# Columns: value <TAB> kind (cardinal|ordinal|roman) <TAB> forms, split by |.
# English 0-100 and 1000; Spanish, Portuguese, French, Italian, German, Russian, Ukrainian, Arabic, Persian, Turkish, Korean and
# Chinese 0-20, the tens, 100 and 1000 (Korean and Chinese characters to 99). Latin renderings stand beside native script.
# Latin forms that are mostly something else (un, san, wu, khamis) are left out.
# Roman numerals i to l; single letters (i, v, x, l) may be initials.
# Source: general knowledge of each language; English, Korean, Chinese and Roman series written by rule (data/names/build/number_words.py).
"""
seen={}
lines=[H.rstrip("\n")]
for kind,d in (("cardinal",card),("ordinal",ordi),("roman",rom)):
    used={}
    for n in sorted(d):
        fs=[]
        for f in d[n]:
            f=unicodedata.normalize("NFC",f)
            if f in LEFT_OUT or (f in used and used[f]!=n): continue
            used[f]=n; fs.append(f)
        if fs: lines.append(f"{n}\t{kind}\t{'|'.join(dict.fromkeys(fs))}")
import pathlib,sys
pathlib.Path(sys.argv[1] if len(sys.argv)>1 else pathlib.Path(__file__).resolve().parent.parent/"number_words.tsv").write_text("\n".join(lines)+"\n",encoding="utf8")
