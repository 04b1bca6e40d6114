// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/xml.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/utf8.h"
#include "workload/text.h"

namespace indoubt::workload {

namespace {

using base::invalid_argument;
using base::Ok;
using base::Result;

// The encoding named in <?xml ... encoding="..."?>, lower case; empty if none is.
std::string declared_encoding(std::string_view bytes) {
    if (!bytes.starts_with("<?xml")) return {};
    const std::string_view head = bytes.substr(0, std::min(bytes.find("?>"), std::size_t{200}));
    const std::size_t at = head.find("encoding");
    if (at == head.npos) return {};
    const std::size_t open = head.find_first_of("\"'", at);
    if (open == head.npos) return {};
    const std::size_t close = head.find(head[open], open + 1);
    std::string name(head.substr(open + 1, close == head.npos ? 0 : close - open - 1));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

// "#233", "#xe9": a character that XML allows. pugixml decodes any number, also halves of surrogate pairs and zero, and what it
// made of them would be no text.
bool character_reference(std::string_view name) {
    const bool hexadecimal = name.starts_with("#x");
    const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != digits.data() + digits.size()) return false;
    return code == 0x9 || code == 0xa || code == 0xd || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
           (code >= 0x10000 && code <= 0x10ffff);
}

std::string from_latin1(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (char c : bytes) {
        const auto b = static_cast<unsigned char>(c);
        if (b < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xc0 | b >> 6);
            out += static_cast<char>(0x80 | (b & 0x3f));
        }
    }
    return out;
}

}  // namespace

Result<> Xml::load(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    if (bytes.starts_with("\xfe\xff") || bytes.starts_with("\xff\xfe") || bytes.find('\0') != bytes.npos) {
        return invalid_argument("line 1: the file is not UTF-8 text (UTF-16 or binary); save it as UTF-8");
    }
    const std::string encoding = declared_encoding(bytes);
    m_bytes = encoding == "iso-8859-1" || encoding == "latin1" ? from_latin1(bytes) : std::string(bytes);
    m_line_starts.assign(1, 0);
    for (std::size_t i = 0; i < m_bytes.size(); ++i)
        if (m_bytes[i] == '\n') m_line_starts.push_back(i + 1);
    if (!base::valid_utf8(m_bytes)) {
        for (std::size_t i = 0; i < m_line_starts.size(); ++i) {
            const std::size_t end = i + 1 < m_line_starts.size() ? m_line_starts[i + 1] : m_bytes.size();
            if (!base::valid_utf8(std::string_view(m_bytes).substr(m_line_starts[i], end - m_line_starts[i])))
                return invalid_argument("line " + std::to_string(i + 1) + ": not valid UTF-8" +
                                        (encoding.empty() ? "" : " (declared " + encoding.substr(0, 40) + ")"));
        }
    }
    const auto parsed =
        m_document.load_buffer(m_bytes.data(), m_bytes.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    // First of all, and even in a file that is broken later on: a document type is where entity bombs and outside references live.
    for (const pugi::xml_node& node : m_document.children())
        if (node.type() == pugi::node_doctype)
            return invalid_argument("line " + std::to_string(line(node)) +
                                    ": the file has a DOCTYPE; payment files have none, and entities of a file's own are refused");
    if (!parsed) {
        return invalid_argument("line " + std::to_string(line_at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)))) +
                                ": broken XML: " + parsed.description());
    }
    int roots = 0;
    for (const pugi::xml_node& node : m_document.children()) roots += node.type() == pugi::node_element;
    if (roots != 1) return invalid_argument("line 1: broken XML: " + std::to_string(roots) + " root elements instead of one");
    return refuse_unknown_entities();
}

// pugixml leaves an undeclared entity in the text as it stands; XML calls that an error, and so do we.
Result<> Xml::refuse_unknown_entities() const {
    const std::string_view bytes = m_bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '<') {
            const std::string_view rest = bytes.substr(i);
            const std::string_view close = rest.starts_with("<!--")        ? "-->"
                                           : rest.starts_with("<![CDATA[") ? "]]>"
                                           : rest.starts_with("<?")        ? "?>"
                                                                           : "";
            if (!close.empty()) i = std::min(bytes.find(close, i), bytes.size() - 1);
            continue;
        }
        if (bytes[i] != '&') continue;
        const std::string_view name = bytes.substr(i + 1, std::min(bytes.find(';', i), i + 32) - i - 1);
        if (name.starts_with('#') && !character_reference(name))
            return invalid_argument(std::string("line ").append(std::to_string(line_at(i))).append(": broken XML: \"&").append(name.substr(0, 20)).append(";\" is no character"));
        const bool known = name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos" || name.starts_with('#');
        if (!known)
            return invalid_argument("line " + std::to_string(line_at(i)) + ": broken XML: unknown entity \"&" +
                                    std::string(name.substr(0, 20)) + "\"");
    }
    return Ok{};
}

std::size_t Xml::line_at(std::size_t offset) const {
    return static_cast<std::size_t>(std::upper_bound(m_line_starts.begin(), m_line_starts.end(), offset) - m_line_starts.begin());
}

std::size_t Xml::line(const pugi::xml_node& node) const {
    const std::ptrdiff_t offset = node.offset_debug();
    return offset < 0 ? 1 : line_at(static_cast<std::size_t>(offset));
}

std::string_view Xml::local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

std::string_view Xml::namespace_of(const pugi::xml_node& element) {
    const std::string_view name = element.name();
    const std::size_t colon = name.find(':');
    const std::string declaration = colon == name.npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
    for (pugi::xml_node node = element; node; node = node.parent())
        if (const pugi::xml_attribute attribute = node.attribute(declaration.c_str())) return attribute.value();
    return {};
}

std::string Xml::text(const pugi::xml_node& element) {
    std::string all;
    for (const pugi::xml_node& node : element.children())
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) all += node.value();
    return collapse(all);
}

pugi::xml_node Xml::child(const pugi::xml_node& parent, std::string_view name) {
    for (const pugi::xml_node& node : parent.children())
        if (node.type() == pugi::node_element && local_name(node) == name && namespace_of(node) == namespace_of(parent)) return node;
    return {};
}

std::vector<pugi::xml_node> Xml::children(const pugi::xml_node& parent, std::string_view name) {
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node& node : parent.children())
        if (node.type() == pugi::node_element && local_name(node) == name && namespace_of(node) == namespace_of(parent))
            found.push_back(node);
    return found;
}

pugi::xml_node Xml::path(pugi::xml_node parent, std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) {
        if (!parent) break;
        parent = child(parent, name);
    }
    return parent;
}

}  // namespace indoubt::workload
