"""Sixty bilingual company documents and eighty queries that both engines must answer alike."""

from search.analysis import Expansion
from search.documents import company_document
from search.engines.base import SearchDocument

EXPANSION = Expansion(
    (
        ("污水处理", "wastewater treatment", "sewage treatment"),
        ("工艺设计", "process design"),
        ("冷链", "cold chain"),
        ("物流", "logistics", "freight"),
        ("酱油", "soy sauce"),
        ("榨菜", "preserved mustard", "pickled mustard"),
        ("新加坡", "Singapore"),
        ("重庆", "Chongqing"),
        ("保理", "factoring"),
        ("信用证", "letter of credit"),
        ("专利", "patent"),
        ("商标", "trademark", "trade mark"),
        ("律师", "lawyer", "attorney"),
        ("火锅底料", "hotpot seasoning", "hot pot base"),
        ("食品", "food"),
        ("桥梁", "bridge"),
    )
)

FIRMS = [
    ("海峡子午工程顾问", "Straits Meridian Engineering Consultants"),
    ("澄江市政设计研究院", "Chengjiang Municipal Design Institute"),
    ("青屿水务科技", "Verdant Isle Water Technologies"),
    ("赤道线环境咨询", "Equator Line Environmental Advisory"),
    ("两江绿源环境工程", "Liangjiang Lvyuan Environmental Engineering"),
    ("港湾基建设计", "Harbourfront Infrastructure Design"),
    ("巴渝老坛食品", "Bayu Laotan Foods"),
    ("山城麻辣火锅底料", "Mountain City Hotpot Seasonings"),
    ("狮城寰宇贸易", "Lion City Global Trading"),
    ("南洋冷链物流", "Nanyang Cold Chain Logistics"),
    ("嘉陵江保理", "Jialing Factoring"),
    ("星展合作金融顾问", "Starfield Trade Finance Advisory"),
    ("知微专利商标事务所", "Zhiwei Patent & Trademark Attorneys"),
    ("莱佛士法律事务所", "Raffles Quay Law LLP"),
    ("涪陵榨菜食品厂", "Fuling Preserved Mustard Works"),
]
WORK = [
    ("污水处理工艺设计", "Process design for wastewater treatment plants", "design", "engineering"),
    ("冷链物流与仓储", "Cold chain logistics and warehousing", "logistics", "trade"),
    ("信用证与保理", "Letters of credit and factoring", "finance", "finance"),
    ("专利与商标注册", "Patent and trademark filing", "filing", "ip"),
]
ABOUT = [
    ("服务新加坡酱油与调味品企业，熟悉食品進口許可。", "Serves soy sauce makers; food import permits for Singapore."),
    ("在重庆两江新区设有团队，承接桥梁与管网。", "Team in Chongqing; bridges, pipe networks & R&D."),
    ("为东盟买家供应榨菜和火锅底料。", "Supplies preserved mustard and hotpot seasoning to ASEAN buyers."),
    ("跨境法律意見與律師函，中英双语。", "Cross-border opinions by lawyers, bilingual; A²/O and MBR."),
    ("", "Feasibility studies for sewage treatment, freight forwarding."),
]


def corpus() -> list[SearchDocument]:
    """Every fourth firm speaks only Chinese or only English; places, services and dates vary."""
    documents = []
    for number in range(60):
        zh, en = FIRMS[number % len(FIRMS)]
        work_zh, work_en, service, alliance = WORK[(number * 7 + number // 15) % len(WORK)]
        about_zh, about_en = ABOUT[(number * 3 + number // 20) % len(ABOUT)]
        branch = number // len(FIRMS)
        record: dict[str, object] = {
            "id": number + 1,
            "version": 3,
            "name_zh": f"{zh}{'一二三四'[branch]}分公司" if number % 4 != 3 else "",
            "name_en": f"{en} Branch {branch + 1} Pte. Ltd." if number % 4 != 1 else "",
            "offers_zh": [work_zh] if number % 4 != 3 else [],
            "offers_en": [work_en] if number % 4 != 1 else [],
            "summary_zh": about_zh,
            "summary_en": about_en if number % 3 else "",
            "service": [service, "advice"] if number % 2 else [service],
            "alliance": [alliance],
            "place": ["sg", "cq"] if number % 11 == 0 else ["sg"] if number % 2 else ["cq"],
            "language": ["zh", "en"] if number % 3 else ["zh"],
            "country": "SG" if number % 2 else "CN",
            "paused": number % 13 == 5,
            "verified_cases": number % 6,
            "answer_days": number % 5 + 1 if number % 7 else None,
            "verified_at": 1_700_000_000 + (number * 37 % 60) * 1000,
            "updated_at": 1_700_000_000 + (number * 17 % 30) * 1000,
        }
        documents.append(company_document(record))
    return documents


QUERIES = [
    "子午", "污水", "污水处理", "工艺设计", "污水处理 工艺设计", "新加坡酱油", "酱油", "新加坡", "重庆", "重庆桥梁",
    "冷链", "冷链物流", "物流", "南洋", "南洋冷链物流", "保理", "信用证", "嘉陵江", "专利", "专利商标", "商标注册",
    "律师", "律師函", "法律意见", "進口許可", "食品进口", "榨菜", "涪陵榨菜", "火锅", "火锅底料", "麻辣", "山城",
    "狮城", "贸易", "一分公司", "分公司", "厂", "盐", "鹽", "金融顾问", "环境", "環境工程", "管网", "管網", "两江新区",
    "wastewater", "Wastewater Treatments", "process designs", "designing", "cold chain", "cold chain logistics",
    "logistic", "letters of credit", "factoring", "patents", "trade mark", "trademarks", "attorney", "lawyers",
    "soy sauce singapore", "hot pot base", "preserved mustard", "fuling", "jialing", "R&D", "r & d", "A²/O MBR",
    "Branch 2", "Pte. Ltd.", "the and of", "Singapore food permit", "bridges Chongqing", "sewage", "feasibility study",
    '"cold chain"', "(污水 AND 处理)", "NEAR/3 bridges", "bridg*", "name:子午", "新加坡 bridge", "unknownword",
    "不存在的词", "海峡子午工程顾问一分公司", "Raffles Quay Law LLP", "\x00污水", "ＷＡＳＴＥＷＡＴＥＲ",
]  # fmt: skip


def firm(id: int, version: int = 1, **record: object) -> SearchDocument:
    return company_document({"id": id, "version": version, **record})
