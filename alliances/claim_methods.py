"""How a claim can be checked: code → (zh, en). The texts are copied into each check, in both languages."""

CLAIM_METHODS: dict[str, tuple[str, str]] = {
    "register": ("在官方登记系统查询核对", "Looked up in the official register"),
    "issuer": ("向发证机构确认", "Confirmed with the issuer"),
    "original": ("查看原件", "Original seen"),
    "copy": ("核对所提交的文件副本", "Copy of the document compared"),
    "site": ("实地走访", "Visited on site"),
    "referee": ("客户或合作方书面确认", "Confirmed in writing by a client or partner"),
}
