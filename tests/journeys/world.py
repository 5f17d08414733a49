"""The directory that the journeys meet: a few firms of both sides, described with the real vocabulary."""

from directory.models import Term
from tests.factories import CompanyFactory, CompanyMemberFactory, NeedFactory, OfferFactory


def term(kind, code):
    return Term.objects.get(kind=kind, code=code)


SUPPLIER, BUYER = "fengjie-orange", "klang-fresh"
PROVIDERS = (
    ("straits-water", "海峡水务工程", "Straits Water Engineering", "eng.water-treatment", "utilities.water",
     "市政与工业污水处理厂的工艺与工程设计。", "Process and engineering design of municipal and industrial wastewater plants."),
    ("merlion-marks", "狮城商标", "Merlion Marks", "ip.trademark-sg", "ict.software",
     "新加坡商标注册。", "Registers trade marks in Singapore."),
    ("harbour-data", "海港数据中心设计", "Harbour Data Centre Design", "eng.data-centre", "ict.data-cloud",
     "数据中心的规划与机电设计。", "Planning and M&E design of data centres."),
)  # fmt: skip


def create_providers():
    """The Singapore providers; each has an owner and a contact person."""
    for slug, zh, en, service, sector, summary_zh, summary_en in PROVIDERS:
        company = CompanyFactory(
            singapore=True, slug=slug, legal_name_zh=f"{zh}私人有限公司", legal_name_en=f"{en} Pte. Ltd.",
            summary_zh=summary_zh, summary_en=summary_en,
            contact={"name": "Lim Wei", "email": f"lim@{slug}.example", "phone": "+65 6000 0001"},
        )  # fmt: skip
        company.sectors.add(term("sector", sector))
        company.languages.set([term("language", "zh"), term("language", "en")])
        company.save()
        offered = term("service_type", service)
        offer = OfferFactory(
            company=company, service_type=offered, title_zh=offered.label_zh, title_en=offered.label_en,
            text_zh=summary_zh, text_en=summary_en,
        )  # fmt: skip
        offer.markets.set([term("market", "VN"), term("market", "SG")])
        offer.save()
        CompanyMemberFactory(company=company)


def create_buyer():
    """A Malaysian importer that openly looks for navel oranges."""
    buyer = CompanyFactory(
        country="MY", slug=BUYER, legal_name_zh="巴生鲜果进口有限公司", legal_name_en="Klang Fresh Imports Sdn. Bhd.",
        summary_zh="鲜果进口与批发。", summary_en="Imports and wholesales fresh fruit.",
    )  # fmt: skip
    buyer.sectors.add(term("sector", "food.distribution"))
    buyer.save()
    need = NeedFactory(
        company=buyer, title_zh="采购脐橙", title_en="Buying navel oranges",
        text_zh="每月两柜脐橙。", text_en="Two containers of navel oranges a month.",
    )  # fmt: skip
    need.product_categories.set([term("product_category", "fruit.navel-orange")])
    need.markets.set([term("market", "MY")])
    need.save()


def create_supplier():
    """A published Chongqing grower of oranges, and its owner."""
    supplier = CompanyFactory(
        slug=SUPPLIER, legal_name_zh="重庆奉节橙业有限公司", legal_name_en="Fengjie Orange Co., Ltd.",
        summary_zh="脐橙种植、分级与出口。", summary_en="Grows, grades and exports navel oranges.",
    )  # fmt: skip
    supplier.sectors.add(term("sector", "agri.fruit-vegetables"))
    supplier.save()
    CompanyMemberFactory(company=supplier)
