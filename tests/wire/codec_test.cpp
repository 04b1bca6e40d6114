// SPDX-License-Identifier: GPL-3.0-or-later
// The codec against itself and against the generated classes, which read the same schema by another road.
#include "wire/codec.h"

#include <google/protobuf/util/message_differencer.h>

#include "base/limits.h"
#include "indoubt/v1/event.pb.h"
#include "random_events.h"
#include "support/test_main.h"
#include "wire/checksum.h"

namespace indoubt {

namespace {

QString text(const std::string& value) { return QString::fromStdString(value); }

std::string damage(std::string bytes, base::Prng& random) {
    switch (random.below(4)) {
        case 0: bytes.resize(random.below(bytes.size() + 1)); break;                                             // cut
        case 1:
            for (std::uint64_t i = 1 + random.below(4); i > 0 && !bytes.empty(); --i) bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
            break;
        case 2: bytes.insert(random.below(bytes.size() + 1), 1 + random.below(5), static_cast<char>(random.next())); break;
        default:
            if (!bytes.empty()) bytes.erase(random.below(bytes.size()), 1 + random.below(5));
    }
    return bytes;
}

}  // namespace

class CodecTest : public QObject {
    Q_OBJECT
  private slots:
    void every_kind_of_event_comes_back_as_it_was() {
        tests::RandomEvents make(1);
        for (int round = 0; round < 100; ++round)
            for (int kind = 1; kind <= events::event_kinds; ++kind) {
                const events::Event event = make.event(static_cast<events::EventKind>(kind));
                auto back = wire::decode_event(wire::encode_event(event));
                QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
                QVERIFY(events::same_content(event, *back));
                if (event.record() != nullptr) QCOMPARE(back->record()->at_ns, event.record()->at_ns);
            }
    }

    void our_own_bytes_are_read_alike() {
        tests::RandomEvents make(2);
        for (int round = 0; round < 1000; ++round) {
            const events::Event event = make.event();
            auto back = wire::decode_event(wire::encode_event(event), wire::Origin::own);
            QVERIFY(back.ok() && events::same_content(event, *back));
        }
    }

    void an_event_that_cannot_be_read_leaves_a_gap_in_its_place_and_no_other() {
        tests::RandomEvents make(5);
        std::vector<events::Event> told;
        std::string batch;
        for (int i = 0; i < 7; ++i) {
            told.push_back(make.event());
            if (i == 3) {
                auto order = std::make_shared<events::OperatorNote>();
                order->actor = "Ana";
                order->ticket = std::string(200, 't');
                auto note = std::make_shared<events::Note>();
                note->order = std::move(order);
                told[3].kind = events::EventKind::order;
                told[3].payload = std::shared_ptr<const events::Note>(std::move(note));
            }
            wire::add_event_to_batch(batch, told.back());
        }
        QVERIFY(!wire::decode_events(batch).ok());
        auto back = wire::decode_events_with_gaps(batch);
        QVERIFY(back.ok());
        QCOMPARE(back->size(), told.size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            QCOMPARE(wire::is_unreadable((*back)[i]), i == 3);
            if (i != 3) QVERIFY(events::same_content(told[i], (*back)[i]));
        }
        const events::Event& gap = (*back)[3];
        QVERIFY(gap.kind == events::EventKind::gap && events::position(gap) == events::position(told[3]));
        QVERIFY(gap.lsn == told[3].lsn && gap.xid == told[3].xid && gap.note()->count == 1);
        QVERIFY2(gap.note()->text.find("ticket") != std::string::npos, gap.note()->text.c_str());

        // Not even its head, and a batch that ends inside an event.
        std::string headless;
        wire::add_encoded_event_to_batch(headless, "\x0a\x01!");
        wire::add_event_to_batch(headless, told[0]);
        back = wire::decode_events_with_gaps(headless);
        QVERIFY(back.ok() && back->size() == 2 && wire::is_unreadable((*back)[0]) && events::same_content(told[0], (*back)[1]));
        QVERIFY(!wire::decode_events_with_gaps(std::string_view(batch).substr(0, batch.size() - 1)).ok());
    }

    void amounts_in_a_currency_that_was_withdrawn_since_are_still_read() {
        for (const char* code : {"ANG", "ZWL"}) {
            auto record = std::make_shared<events::Record>();
            record->kind = events::RecordKind::account;
            record->accounts.push_back({"A-1", "Mara", base::Currency::of(code), 100, -1});
            auto back = wire::decode_record(wire::encode_record(*record));
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
            QCOMPARE(back->accounts[0].currency.code(), std::string(code));
            QVERIFY(!base::Currency::parse(code).ok());
        }
    }

    void generated_classes_read_and_write_the_same_bytes() {
        tests::RandomEvents make(3);
        for (int round = 0; round < 2000; ++round) {
            const std::string bytes = wire::encode_event(make.event());
            v1::Event generated;
            QVERIFY(generated.ParseFromString(bytes));
            QCOMPARE(generated.SerializeAsString(), bytes);  // canonical, and no field unknown to the schema
            const google::protobuf::UnknownFieldSet& unknown = generated.GetReflection()->GetUnknownFields(generated);
            QVERIFY(unknown.empty());
        }
        for (int round = 0; round < 500; ++round) {
            const std::string bytes = wire::encode_envelope(make.envelope());
            v1::Envelope generated;
            QVERIFY(generated.ParseFromString(bytes));
            QCOMPARE(generated.SerializeAsString(), bytes);
        }
    }

    void a_field_of_the_schema_carries_the_member_of_its_name() {
        tests::RandomEvents make(4);
        for (int round = 0; round < 300; ++round) {
            const events::Event event = make.event();
            v1::Event generated;
            QVERIFY(generated.ParseFromString(wire::encode_event(event)));
            QCOMPARE(generated.node(), event.node.name());
            QCOMPARE(generated.seq(), event.seq);
            QCOMPARE(static_cast<std::int64_t>(generated.hlc()), event.hlc);
            QCOMPARE(static_cast<int>(generated.kind()), static_cast<int>(event.kind));
            QCOMPARE(generated.causes_size(), static_cast<int>(event.causes.size()));
            if (const auto* record = event.record()) {
                QCOMPARE(generated.record().text(), record->text);
                QCOMPARE(generated.record().bytes(), record->bytes);
                QCOMPARE(generated.record().has_payment(), record->payment != nullptr);
                if (record->payment) QCOMPARE(generated.record().payment().refs().uetr(), record->payment->refs.uetr);
                for (int i = 0; i < generated.record().accounts_size(); ++i)
                    QCOMPARE(static_cast<std::int64_t>(generated.record().accounts(i).limit_minor()), record->accounts[static_cast<std::size_t>(i)].limit_minor);
            }
            if (const auto* note = event.note()) QCOMPARE(static_cast<std::int64_t>(generated.note().held_minor()), note->held_minor);
            if (const auto* message = event.message()) QCOMPARE(generated.message().knowledge(), static_cast<v1::Knowledge>(message->knowledge));
        }
    }

    void damaged_bytes_never_crash_and_never_pass_a_bound() {
        tests::RandomEvents make(5);
        int refused = 0;
        for (int round = 0; round < 20000; ++round) {
            const std::string bytes = damage(wire::encode_event(make.event()), make.random());
            auto back = wire::decode_event(bytes);
            (void)wire::decode_event(bytes, wire::Origin::own);
            (void)wire::decode_envelopes(bytes);
            (void)wire::decode_records(bytes);
            std::string batch;
            wire::add_encoded_event_to_batch(batch, bytes);
            auto shown = wire::decode_events_with_gaps(batch);
            QVERIFY(shown.ok() && shown->size() == 1 && wire::is_unreadable(shown->front()) == !back.ok());
            if (!back.ok()) {
                ++refused;
                QCOMPARE(back.error().code, base::ErrorCode::invalid_argument);
                QVERIFY2(back.error().message.starts_with("event"), back.error().message.c_str());
            } else {  // it is a different event then, but a good one
                auto again = wire::decode_event(wire::encode_event(*back));
                QVERIFY2(again.ok() && events::same_content(*back, *again), again.ok() ? "" : again.error().message.c_str());
            }
        }
        QVERIFY(refused > 5000);
    }

    void an_error_names_the_field() {
        tests::RandomEvents make(6);
        v1::Event good;
        events::Event event = make.event(events::EventKind::append);
        events::Record record = make.record(events::RecordKind::begin);
        events::Payment payment = make.payment();
        payment.legs = {{base::NodeId::of("A"), events::LegKind::debit, "DE37", {100, base::Currency::of("EUR")}}, {base::NodeId::of("B"), events::LegKind::credit, "FR76", {100, base::Currency::of("EUR")}}};
        record.payment = std::make_shared<const events::Payment>(payment);
        event.payload = std::make_shared<const events::Record>(record);
        QVERIFY(good.ParseFromString(wire::encode_event(event)));

        const auto error_of = [&](auto change) {
            v1::Event bad = good;
            change(bad);
            auto decoded = wire::decode_event(bad.SerializeAsString());
            return decoded.ok() ? QString() : text(decoded.error().message);
        };
        QVERIFY(error_of([](v1::Event& e) { e.mutable_record()->mutable_payment()->mutable_legs(1)->mutable_amount()->set_currency("EURO"); })
                    .startsWith("event.record.payment.legs[1].amount.currency"));
        QCOMPARE(error_of([](v1::Event& e) { e.set_kind(static_cast<v1::EventKind>(99)); }), QStringLiteral("event.kind has the unknown value 99; this program knows 1 to 36"));
        QCOMPARE(error_of([](v1::Event& e) { e.clear_kind(); }), QStringLiteral("event.kind is missing"));
        QCOMPARE(error_of([](v1::Event& e) { e.mutable_record()->set_text(std::string(5000, 'x')); }),
                 QStringLiteral("event.record.text has 5000 bytes, at most 4000 are allowed"));
        QVERIFY(error_of([](v1::Event& e) { e.set_node("no spaces"); }).startsWith("event.node a node name has"));
        QVERIFY(error_of([](v1::Event& e) {
                    for (int i = 0; i < 70; ++i) *e.mutable_record()->mutable_payment()->add_legs() = e.record().payment().legs(0);
                }).startsWith("event.record.payment.legs has more than 64 entries"));
        QCOMPARE(error_of([](v1::Event& e) { e.mutable_record()->mutable_xid()->clear_coordinator(); e.mutable_record()->mutable_xid()->set_counter(7); }),
                 QStringLiteral("event.record.xid.coordinator is missing"));
        const std::string invalid_utf8 = "\x0a\x01T\x38\x22\x72\x04\x0a\x02\xc3\x28";
        QCOMPARE(text(wire::decode_event(invalid_utf8).error().message), QStringLiteral("event.note.text is not valid UTF-8"));
    }

    void fields_in_another_order_and_unknown_ones_are_read() {
        events::Event event;
        event.node = base::NodeId::of("A");
        event.kind = events::EventKind::note;
        event.seq = 7;
        //                          kind = note, unknown 100 (varint), unknown 101 (text), seq = 7, node = A
        const std::string shuffled = std::string("\x38\x22") + std::string("\xa0\x06\x05") + std::string("\xaa\x06\x02xy") + std::string("\x18\x07") + std::string("\x0a\x01") + "A";
        auto back = wire::decode_event(shuffled);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
        QVERIFY(events::same_content(event, *back));
    }

    void batches_grow_in_place_and_keep_their_order() {
        tests::RandomEvents make(7);
        std::vector<events::Event> list;
        std::string batch, joined;
        for (int i = 0; i < 50; ++i) {
            list.push_back(make.event());
            wire::add_event_to_batch(batch, list.back());
            wire::add_encoded_event_to_batch(joined, wire::encode_event(list.back()));
        }
        QCOMPARE(batch, joined);
        auto back = wire::decode_events(batch);
        QVERIFY(back.ok() && back->size() == list.size());
        for (std::size_t i = 0; i < list.size(); ++i) QVERIFY(events::same_content(list[i], (*back)[i]));

        std::string envelopes;
        for (std::size_t i = 0; i < base::limits::batch_messages_max; ++i) wire::add_envelope_to_batch(envelopes, make.envelope());
        QCOMPARE(wire::decode_envelopes(envelopes).value().size(), base::limits::batch_messages_max);
        wire::add_envelope_to_batch(envelopes, make.envelope());
        QCOMPARE(text(wire::decode_envelopes(envelopes).error().message), QStringLiteral("batch.envelopes has more than 512 entries"));
    }

    void records_of_a_snapshot_come_back() {
        tests::RandomEvents make(8);
        std::vector<events::RecordPtr> list;
        for (int i = 0; i < 200; ++i) list.push_back(std::make_shared<const events::Record>(make.record()));
        auto back = wire::decode_records(wire::encode_records(list));
        QVERIFY(back.ok() && back->size() == list.size());
        for (std::size_t i = 0; i < list.size(); ++i) QVERIFY(*list[i] == *(*back)[i]);
    }

    void checksum_is_crc32c() {
        QCOMPARE(wire::crc32c("123456789"), 0xe3069283u);  // RFC 3720's check value
        QCOMPARE(wire::crc32c("6789", wire::crc32c("12345")), 0xe3069283u);
        QCOMPARE(wire::crc32c(std::string(32, '\0')), 0x8a9136aau);
    }
};

INDOUBT_TEST(CodecTest);

}  // namespace indoubt

#include "codec_test.moc"
