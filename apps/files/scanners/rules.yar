// Rules of the embedded scanner, over windows of a file or of what is packed in it.
//
// kind:     picture, office, pdf, text, zip or other, from the first bytes of the layer
// depth:    0 for the file itself, 1 for a member of it, and so on
// at_start: whether the window is the first of its layer
// in_office: whether the file itself is an office file
//
// A pattern is at most 1 KiB long, or a border between windows might hide it. Bytes are written in
// hex where the text would make an antivirus complain of this file.

rule eicar_test_file
{
    strings:
        $eicar = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D
                   24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54
                   45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A }
    condition:
        $eicar
}

rule executable_in_disguise
{
    strings:
        // "This program cannot be run in DOS mode"
        $stub = { 54 68 69 73 20 70 72 6F 67 72 61 6D 20 63 61 6E 6E 6F 74 20 62 65 20 72 75 6E 20
                  69 6E 20 44 4F 53 20 6D 6F 64 65 }
    condition:
        (kind == "picture" or kind == "pdf") and $stub
}

rule executable_in_a_document
{
    condition:
        at_start and depth > 0 and in_office and
        (uint32be(0) == 0x7F454C46 or
            (uint16be(0) == 0x4D5A and uint32be(uint32(0x3C)) == 0x50450000))
}

rule script_in_a_picture
{
    strings:
        $php = /<\?php[ \t\r\n]/ nocase
        $script = /<script[ \t\r\n>]/ nocase
        $html = /<html[ \t\r\n>]/ nocase
        $body = /<!doctype[ \t\r\n]+html/ nocase
    condition:
        kind == "picture" and any of them
}

rule document_in_a_picture
{
    strings:
        $pdf = "%PDF-1."
        $pdf2 = "%PDF-2."
        // A local header of a zip: version below 64, stored or deflated.
        $zip = { 50 4B 03 04 (0?|1?|2?|3?) 00 ?? ?? (00|08) 00 }
    condition:
        kind == "picture" and any of them
}

rule macros_in_a_document
{
    strings:
        $word = "word/vbaProject.bin"
        $excel = "xl/vbaProject.bin"
        $powerpoint = "ppt/vbaProject.bin"
    condition:
        (kind == "office" or kind == "zip") and any of them
}
