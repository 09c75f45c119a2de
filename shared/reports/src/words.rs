//! What codes are called where people read them. What has no word here is shown as it is.

/// What a department's slug is called. Departments are data; this is a courtesy to readers for the usual ones.
pub fn department_zh(slug: &str) -> String {
    let word = match slug {
        "commerce" => "商务",
        "quality" => "质监",
        "tax" => "税务",
        "court" => "法院",
        "market" => "市场监管",
        "customs" => "海关",
        "environment" => "生态环境",
        "food-safety" => "食品安全",
        "transport" => "交通运输",
        "finance" => "财政",
        "labour" => "人社",
        "" => "（本节点不可见）",
        other => return other.to_owned(),
    };
    word.to_owned()
}

/// What a reason is called for which a code cannot be used.
pub fn damage_zh(code: &str) -> &str {
    match code {
        "PERSONAL_NUMBER_HELD_BACK" => "误填身份证号（已拦截）",
        "DIGITS_LOST" => "数字丢失（表格软件改写）",
        "USCC_INVALID" => "统一社会信用代码不合规则",
        "ORGANISATION_CODE_INVALID" => "组织机构代码不合规则",
        "REGISTRATION_NUMBER_INVALID" => "工商注册号不合规则",
        "TAXPAYER_NUMBER_INVALID" => "纳税人识别号不合规则",
        "CODES_DISAGREE" => "同一行代码互相矛盾",
        "CELL_ERROR" => "单元格错误值",
        other => other,
    }
}
