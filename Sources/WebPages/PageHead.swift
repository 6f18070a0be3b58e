import Buffers

/// How every page begins: up to and with `<main>`, which the page closes.
enum PageHead {
    static func append(_ title: StaticString, to out: inout ByteBuffer) {
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        out.append("<meta name=\"referrer\" content=\"no-referrer\">\n<title>")
        out.append(title)
        out.append("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>")
        out.append(LandingStyle.text)
        out.append("</style>\n</head>\n<body>\n<main>\n")
    }
}
