// SPDX-License-Identifier: GPL-3.0-or-later
#include "json.h"

#include <algorithm>
#include <string>

#include "render.h"

namespace indoubt::cli {

namespace {

std::string text(std::string_view view) { return std::string(view); }

Json message_json(const events::Message& message) {
    Json json{{"kind", text(events::word(message.kind))}, {"from", message.from.name()}, {"to", message.to.name()}};
    if (message.repeat) json["repeat"] = true;
    if (message.presumed) json["presumed"] = true;
    if (message.refusal != events::Refusal::none) json["refusal"] = text(events::word(message.refusal));
    if (!message.text.empty()) json["text"] = message.text;
    return json;
}

Json record_json(const events::Record& record) {
    Json json{{"kind", events::word(record)}, {"forced", record.forced}};
    if (record.outcome != events::Outcome::none) json["outcome"] = text(events::word(record.outcome));
    if (record.refusal != events::Refusal::none) json["refusal"] = text(events::word(record.refusal));
    if (!record.text.empty()) json["text"] = record.text;
    if (!record.idempotency_key.empty()) json["idempotency_key"] = record.idempotency_key;
    if (record.order)
        json["order"] = {{"actor", record.order->actor},
                         {"action", record.order->action},
                         {"reason", record.order->reason},
                         {"ticket", record.order->ticket}};
    return json;
}

Json note_json(const events::Note& note) {
    Json json = Json::object();
    if (!note.text.empty()) json["text"] = note.text;
    if (!note.account.empty()) json["account"] = note.account;
    if (!note.amount.currency.empty()) json["amount_minor"] = note.amount.minor, json["currency"] = note.amount.currency.code();
    if (note.vote != events::Vote::none) json["vote"] = text(events::word(note.vote));
    if (note.outcome != events::Outcome::none) json["outcome"] = text(events::word(note.outcome));
    if (note.refusal != events::Refusal::none) json["refusal"] = text(events::word(note.refusal));
    if (!note.other.empty()) json["other"] = note.other.text();
    if (note.count > 0) json["count"] = note.count;
    if (note.duration_ns > 0) json["duration_ns"] = note.duration_ns;
    if (note.order)
        json["order"] = {
            {"actor", note.order->actor}, {"action", note.order->action}, {"reason", note.order->reason}, {"ticket", note.order->ticket}};
    return json;
}

}  // namespace

Json nullable(std::int64_t value) { return value == 0 ? Json() : Json(value); }

Json with_coverage(Json document, const client::Coverages& coverage) {
    document["coverage"] = to_json(coverage);
    return document;
}

Json to_json(const client::Coverages& coverage) {
    Json list = Json::array();
    for (const auto& one : coverage)
        list.push_back({{"node", one.node.name()}, {"reached", one.reached}, {"as_of", nullable(one.as_of_ns)}});
    return list;
}

Json to_json(const events::References& refs) {
    return {{"reference", refs.reference},
            {"end_to_end_id", refs.end_to_end_id},
            {"instruction_id", refs.instruction_id},
            {"uetr", refs.uetr},
            {"message_id", refs.message_id},
            {"payment_information_id", refs.payment_information_id},
            {"file", refs.file}};
}

Json to_json(const events::Party& party) { return {{"name", party.name}, {"account", party.account}, {"bic", party.bic}}; }

Json to_json(const view::Transaction& tx, std::int64_t now_hlc, const view::LostNodes& lost) {
    Json json;
    json["xid"] = tx.xid.text();
    const events::Payment none;
    const events::Payment& payment = tx.payment ? *tx.payment : none;
    json["refs"] = to_json(payment.refs);
    json["debtor"] = to_json(payment.debtor);
    json["creditor"] = to_json(payment.creditor);
    json["protocol"] = tx.protocol.name;
    json["cooperative"] = tx.protocol.cooperative;
    json["state"] = text(view::word(tx.state));
    json["decision"] = tx.decision == events::Outcome::none ? Json() : Json(text(events::word(tx.decision)));
    json["heuristic"] = text(events::word(tx.heuristic));
    json["damage"] = tx.damage;
    json["damage_minor"] = tx.damage_minor;
    json["cause"] = view::why(tx, lost);
    json["age_ms"] = tx.begun_hlc == 0 ? Json() : Json(std::max<std::int64_t>(0, now_hlc - tx.begun_hlc) / 1'000'000);
    json["due_at"] = nullable(payment.due_at_ns);
    json["waiting"] = tx.waiting();
    json["held_minor"] = tx.held_minor();
    Json votes = Json::object();
    for (const auto& branch : tx.branches) votes[branch.node.name()] = text(events::word(branch.vote));
    json["votes"] = votes;
    json["amount_minor"] = payment.amount.minor;
    json["currency"] = payment.amount.currency.code();
    json["reason"] = tx.reason;
    json["remark"] = payment.remark;
    return json;
}

bool acknowledged(const view::Transaction& tx, const view::Branch& branch) {
    const bool none_is_sent = tx.protocol.name == "2pc-pc" && tx.decision == events::Outcome::commit;
    return branch.acked && !none_is_sent;
}

Json detail_json(const view::Transaction& tx, std::int64_t now_hlc, const view::LostNodes& lost) {
    Json json = to_json(tx, now_hlc, lost);
    json["idempotency_key"] = tx.payment ? tx.payment->idempotency_key : "";
    json["legs"] = Json::array();
    if (tx.payment)
        for (const auto& leg : tx.payment->legs)
            json["legs"].push_back({{"node", leg.node.name()},
                                    {"kind", text(events::word(leg.kind))},
                                    {"account", leg.account},
                                    {"amount_minor", leg.amount.minor},
                                    {"currency", leg.amount.currency.code()}});
    json["branches"] = Json::array();
    for (const auto& branch : tx.branches)
        json["branches"].push_back({{"node", branch.node.name()},
                                    {"updater", branch.updater},
                                    {"state", text(branch.state())},
                                    {"vote", text(events::word(branch.vote))},
                                    {"refusal", text(events::word(branch.refusal))},
                                    {"reason", branch.reason},
                                    {"heuristic", text(events::word(branch.heuristic))},
                                    {"damage", branch.damage},
                                    {"acked", acknowledged(tx, branch)},
                                    {"blocked", view::blocked(tx, branch)},
                                    {"why", view::why(tx, branch, lost)},
                                    {"waiting", branch.waiting},
                                    {"held_minor", branch.held_minor},
                                    {"prepared_lsn", nullable(static_cast<std::int64_t>(branch.prepared_lsn))},
                                    {"decided_lsn", nullable(static_cast<std::int64_t>(branch.decided_lsn))}});
    json["begun_at"] = nullable(tx.begun_hlc);
    json["decided_at"] = nullable(tx.decided_hlc);
    json["ended_at"] = nullable(tx.ended_hlc);
    json["counts"] = {{"events", tx.events},
                      {"messages", tx.messages},
                      {"forced_writes", tx.forced_writes},
                      {"repeats", tx.repeats},
                      {"traced", tx.traced}};
    return json;
}

Json to_json(const events::Event& event) {
    Json json{{"node", event.node.name()}, {"incarnation", event.incarnation}, {"seq", event.seq}};
    if (event.lsn > 0) json["lsn"] = event.lsn;
    json["at_ns"] = event.at_ns;
    json["hlc"] = event.hlc;
    json["kind"] = text(events::word(event.kind));
    json["title"] = events::title(event);
    if (event.durable) json["forced"] = true;
    if (!event.xid.empty()) json["xid"] = event.xid.text();
    if (!event.peer.empty()) json["peer"] = event.peer.name();
    json["causes"] = Json::array();
    for (const auto& cause : event.causes)
        json["causes"].push_back({{"node", cause.node.name()}, {"incarnation", cause.incarnation}, {"seq", cause.seq}});
    if (const auto* message = event.message()) json["message"] = message_json(*message);
    if (const auto* record = event.record()) json["record"] = record_json(*record);
    if (const auto* note = event.note()) json["note"] = note_json(*note);
    return json;
}

Json to_json(const client::NodeStatus& node) {
    return {{"node", node.node.name()},
            {"title", node.title},
            {"bic", node.bic},
            {"role", node.coordinator ? "coordinator" : "participant"},
            {"state", node.state},
            {"incarnation", node.incarnation},
            {"address", node.address},
            {"database", node.database},
            {"last_lsn", node.last_lsn},
            {"synced_lsn", node.synced_lsn},
            {"forced_writes", node.forced_writes},
            {"syncs", node.syncs},
            {"checkpoint_syncs", node.checkpoint_syncs},
            {"messages", node.messages},
            {"in_doubt", node.in_doubt},
            {"problem", node.problem}};
}

Json to_json(const view::AccountRow& row) {
    return {{"node", row.node.name()},
            {"account", row.account},
            {"holder", row.holder},
            {"currency", row.currency.code()},
            {"opening_minor", row.opening_minor},
            {"posted_minor", row.posted_minor},
            {"held_minor", row.held_minor},
            {"available_minor", row.posted_minor - row.held_minor},
            {"limit_minor", row.limit_minor < 0 ? Json() : Json(row.limit_minor)},
            {"known_since", nullable(row.known_hlc)},
            {"known_from_opening", row.opened},
            {"changed_at", nullable(row.changed_hlc)}};
}

Json to_json(const client::Fault& fault) {
    return {{"id", fault.id}, {"rule", fault.rule}, {"active", fault.active}, {"hits", fault.hits}, {"held", fault.held}};
}

}  // namespace indoubt::cli
