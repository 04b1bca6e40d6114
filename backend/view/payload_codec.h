// SPDX-License-Identifier: GPL-3.0-or-later
// Causes, fault and payload of an event as few bytes, inside of the event store: fields that are at their default or follow from the
// event itself are left out, payments and nodes are named by number. Never leaves the process; files and wires have their own.
#pragma once
#include <string>

#include "view/event_store.h"

namespace indoubt::view {

class PayloadCodec {
  public:
    // May add payments, nodes and rare payloads to the tables of `rows`.
    static void encode(EventRows& rows, const events::Event& event, std::uint32_t xid_index, std::string& bytes);
    // Fills causes, fault and payload of an event whose other fields are set from `row`.
    static void decode(const EventRows& rows, const EventRow& row, events::Event& event);

  private:
    struct Writer;
    struct Reader;
    static void write_payment(EventRows& rows, Writer& out, std::uint32_t xid_index, const events::PaymentPtr& payment, bool whole);
    static void write_account(EventRows& rows, Writer& out, std::uint32_t xid_index, const std::string& account);
    static void write(EventRows& rows, Writer& out, const events::Event& event, std::uint32_t xid_index, const events::Message& message);
    static void write(EventRows& rows, Writer& out, const events::Event& event, std::uint32_t xid_index, const events::Record& record);
    static void write(EventRows& rows, Writer& out, const events::Event& event, std::uint32_t xid_index, const events::Note& note);
    static events::PaymentPtr read_payment(const EventRows& rows, Reader& in);
    static void read_message(const EventRows& rows, Reader& in, events::Event& event);
    static void read_record(const EventRows& rows, Reader& in, events::Event& event);
    static void read_note(const EventRows& rows, Reader& in, events::Event& event);
};

// Index of a node in the table, added when it is new. At most 255 nodes.
std::uint8_t table_index(std::vector<base::NodeId>& nodes, base::NodeId node);

}  // namespace indoubt::view
