use super::*;

fn pdf(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(bytes.saturating_sub(6), b' ');
    pdf.extend(b"%%EOF\n");
    pdf
}

/// A zip archive with empty files of these names.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let (length, at) = ((name.len() as u16).to_le_bytes(), (archive.len() as u32).to_le_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend([0; 22]);
        archive.extend(length);
        archive.extend([0; 2]);
        archive.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(at);
        directory.extend(name.as_bytes());
    }
    let (count, at) = ((names.len() as u16).to_le_bytes(), (archive.len() as u32).to_le_bytes());
    let length = (directory.len() as u32).to_le_bytes();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count);
    archive.extend(count);
    archive.extend(length);
    archive.extend(at);
    archive.extend([0; 2]);
    archive
}

fn code(name: &str, bytes: &[u8]) -> &'static str {
    Attachment::take(name, bytes.to_vec()).map_or_else(|defect| defect.code(), |_| "taken")
}

/// F-07.
#[test]
fn a_file_is_known_by_its_content_and_must_be_whole_and_named_as_it_is() {
    let png = b"\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xaeB`\x82";
    let jpeg = b"\xff\xd8\xff\xe0....\xff\xd9";
    let sheet = zip(&["[Content_Types].xml", "xl/workbook.xml"]);
    let taken: [(&str, &[u8]); 7] = [
        ("处罚决定书.pdf", &pdf(100)),
        ("照片.png", png),
        ("照片.JPG", jpeg),
        ("照片.jpeg", jpeg),
        ("公文.ofd", &zip(&["OFD.xml", "Doc_0/Document.xml"])),
        ("台账.xlsx", &sheet),
        ("说明.docx", &zip(&["[Content_Types].xml", "word/document.xml"])),
    ];
    for (name, bytes) in taken {
        assert_eq!(code(name, bytes), "taken", "{name}");
    }
    let refused: [(&str, &[u8], &str); 14] = [
        ("空.pdf", b"", "ATTACHMENT_EMPTY"),
        ("程序.pdf", b"MZ\x90", "ATTACHMENT_TYPE_REFUSED"),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ATTACHMENT_TYPE_REFUSED"),
        ("打包.zip", &zip(&["a.txt"]), "ATTACHMENT_TYPE_REFUSED"),
        ("半截.pdf", b"%PDF-1.7\n...", "ATTACHMENT_TRUNCATED"),
        ("半截.png", &png[..12], "ATTACHMENT_TRUNCATED"),
        ("半截.jpg", &jpeg[..6], "ATTACHMENT_TRUNCATED"),
        ("半截.xlsx", &sheet[..40], "ATTACHMENT_TRUNCATED"),
        ("宏.xlsx", &zip(&["[Content_Types].xml", "xl/vbaProject.bin"]), "ATTACHMENT_MACRO"),
        ("照片.png", jpeg, "ATTACHMENT_NAME_DIFFERS"),
        ("无后缀", png, "ATTACHMENT_NAME_DIFFERS"),
        ("../../etc/照片.png", png, "ATTACHMENT_NAME_UNFIT"),
        (".png", png, "ATTACHMENT_NAME_UNFIT"),
        ("换\n行.png", png, "ATTACHMENT_NAME_UNFIT"),
    ];
    for (name, bytes, expected) in refused {
        assert_eq!(code(name, bytes), expected, "{name}");
    }
    let large = vec![0; MAX_FILE_BYTES as usize + 1];
    assert_eq!(code("大.pdf", &large), "ATTACHMENT_TOO_LARGE");
}

#[test]
fn a_citizens_number_does_not_travel_in_a_files_name() {
    let person = CitizenId::synthesize("420802".parse().unwrap(), "1970-01-01".parse().unwrap(), 7);
    let name = format!("法人{}身份证.png", person.in_clear());
    assert_eq!(code(&name, b"\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xaeB`\x82"), "ATTACHMENT_NAME_PERSONAL");
}

#[test]
fn a_file_is_cut_into_addressed_parts_and_comes_together_only_as_it_was() {
    for bytes in [100, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7] {
        let file = Attachment::take("a.pdf", pdf(bytes)).unwrap();
        check(std::slice::from_ref(&file.reference)).unwrap();
        let parts: Vec<Vec<u8>> = file.parts().map(|(_, bytes)| bytes.to_vec()).collect();
        assert_eq!(parts.len(), bytes.div_ceil(PART_BYTES));
        let lengths: Vec<u64> = part_lengths(&file.reference).map(|(_, length)| length).collect();
        assert_eq!(lengths, parts.iter().map(|part| part.len() as u64).collect::<Vec<_>>());
        assert_eq!(assemble(&file.reference, &parts).unwrap(), file.bytes);
        let altered = |parts: &[Vec<u8>]| assemble(&file.reference, parts).unwrap_err().code();
        assert_eq!(altered(&parts[1..]), "ATTACHMENT_ALTERED");
        let mut other = parts.clone();
        other[0][20] ^= 1;
        assert_eq!(altered(&other), "ATTACHMENT_ALTERED");
        let lying = AttachmentRef { media_type: FileType::Png.media_type().to_owned(), ..file.reference.clone() };
        assert_eq!(assemble(&lying, &parts).unwrap_err().code(), "ATTACHMENT_ALTERED");
    }
}

#[test]
fn what_another_node_names_is_checked_alone_and_together() {
    let file = Attachment::take("a.pdf", pdf(100)).unwrap().reference;
    let of = |references: &[AttachmentRef]| check(references).map_or_else(|defect| defect.code(), |()| "sound");
    let named = |number: usize| AttachmentRef { name: format!("{number}.pdf"), ..file.clone() };
    assert_eq!(of(&(0..MAX_FILES).map(named).collect::<Vec<_>>()), "sound");
    assert_eq!(of(&(0..=MAX_FILES).map(named).collect::<Vec<_>>()), "ATTACHMENTS_TOO_MANY");
    assert_eq!(of(&[file.clone(), file.clone()]), "ATTACHMENT_NAME_TWICE");
    assert_eq!(of(&[AttachmentRef { parts: Vec::new(), ..file.clone() }]), "ATTACHMENT_ALTERED");
    assert_eq!(of(&[AttachmentRef { media_type: "text/html".to_owned(), ..file.clone() }]), "ATTACHMENT_TYPE_REFUSED");
    let parts = vec![[0; 32]; (MAX_FILE_BYTES as usize).div_ceil(PART_BYTES)];
    let large = |number| AttachmentRef { length: MAX_FILE_BYTES, parts: parts.clone(), ..named(number) };
    assert_eq!(of(&[large(1), large(2)]), "sound");
    assert_eq!(of(&[large(1), large(2), file]), "ATTACHMENTS_TOO_LARGE");
}
