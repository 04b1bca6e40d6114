// SPDX-License-Identifier: GPL-3.0-or-later
// A hostile XML file made safe to ask: no document type (so no entity of its own, no bomb, no outside reference), one encoding,
// one root, namespaces resolved, and every node knows its line. Only readers inside workload use it. Not thread-safe.
#pragma once
#include <cstddef>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace indoubt::workload {

class Xml {
  public:
    // Errors name the line.
    base::Result<> load(std::string_view bytes);
    pugi::xml_node root() const { return m_document.document_element(); }
    std::size_t line(const pugi::xml_node& node) const;  // from 1

    static std::string_view local_name(const pugi::xml_node& node);
    static std::string_view namespace_of(const pugi::xml_node& element);  // the URI in force for its prefix, or empty
    static std::string text(const pugi::xml_node& element);               // character data of the element itself, white space collapsed

    // First child element of that local name in the same namespace as its parent; a null node if there is none.
    static pugi::xml_node child(const pugi::xml_node& parent, std::string_view name);
    static std::vector<pugi::xml_node> children(const pugi::xml_node& parent, std::string_view name);
    // child(child(parent, a), b)...
    static pugi::xml_node path(pugi::xml_node parent, std::initializer_list<std::string_view> names);

  private:
    std::size_t line_at(std::size_t offset) const;
    base::Result<> refuse_unknown_entities() const;

    std::string m_bytes;
    std::vector<std::size_t> m_line_starts;
    pugi::xml_document m_document;
};

}  // namespace indoubt::workload
