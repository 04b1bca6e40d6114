// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/inspect.h"

#include <algorithm>

#include "random_events.h"
#include "support/test_main.h"
#include "wire/codec.h"

namespace indoubt {

class InspectTest : public QObject {
    Q_OBJECT

    static const wire::InspectedField* find(const std::vector<wire::InspectedField>& fields, const std::string& path) {
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.path == path; });
        return found == fields.end() ? nullptr : &*found;
    }

  private slots:
    void fields_carry_names_and_values_for_people() {
        events::Event event;
        event.node = base::NodeId::of("A");
        event.incarnation = 3;
        event.seq = 41;
        event.kind = events::EventKind::lock;
        event.hlc = 1795167110123456789;
        event.xid = {base::NodeId::of("T"), 1, 5};
        event.causes = {{base::NodeId::of("T"), 1, 9}};
        events::Note note;
        note.account = "DE37";
        note.amount = {-12000, base::Currency::of("EUR")};
        event.payload = std::make_shared<const events::Note>(note);
        const std::string bytes = wire::encode_event(event);
        auto fields = wire::inspect_event(bytes);
        QVERIFY(fields.ok());
        const auto value = [&](const char* path) {
            const auto* field = find(*fields, path);
            return field != nullptr ? field->value : std::string("(none)");
        };
        QCOMPARE(value("node"), std::string("A"));
        QCOMPARE(value("kind"), std::string("lock"));
        QCOMPARE(value("seq"), std::string("41"));
        QCOMPARE(value("hlc"), std::string("2026-11-20 09:31:50.123456789 UTC"));
        QCOMPARE(value("xid"), event.xid.text());
        QCOMPARE(value("xid.counter"), std::string("5"));
        QCOMPARE(value("causes[0]"), std::string("T 1/9"));
        QCOMPARE(value("note.amount"), std::string("-120.00 EUR"));
        QCOMPARE(value("note.amount.minor"), std::string("-12000"));
        QCOMPARE(value("note.leg"), std::string("debit"));
        const auto* account = find(*fields, "note.account");
        QVERIFY(account != nullptr);
        QCOMPARE(bytes.substr(account->offset + account->key_length, account->length - account->key_length), std::string("DE37"));
    }

    void every_byte_belongs_to_one_field_of_each_depth() {
        tests::RandomEvents make(11);
        for (int round = 0; round < 500; ++round) {
            const std::string bytes = wire::encode_event(make.event());
            auto fields = wire::inspect_event(bytes);
            QVERIFY(fields.ok());
            std::vector<std::size_t> ends{bytes.size()};  // of the fields we are inside of
            std::size_t at = 0;
            for (const auto& field : *fields) {
                while (static_cast<int>(ends.size()) - 1 > field.depth) {
                    QCOMPARE(at, ends.back());
                    ends.pop_back();
                }
                QCOMPARE(field.offset, at);
                QVERIFY(field.offset + field.length <= ends.back());
                if (field.parts) {
                    ends.push_back(field.offset + field.length);
                    at += field.key_length;
                } else {
                    at += field.length;
                }
            }
            QCOMPARE(at, bytes.size());
        }
    }

    void unknown_fields_show_and_broken_bytes_are_an_error() {
        auto fields = wire::inspect_event(std::string("\x0a\x01\x41\xa0\x06\x05\xaa\x06\x02xy", 11));
        QVERIFY(fields.ok());
        QCOMPARE(fields->size(), 3u);
        QCOMPARE((*fields)[1].name, std::string("field 100"));
        QCOMPARE((*fields)[1].value, std::string("5"));
        QCOMPARE((*fields)[2].value, std::string("xy"));
        QCOMPARE(wire::inspect_event("\x0a\x09x").error().code, base::ErrorCode::invalid_argument);

        tests::RandomEvents make(12);
        for (int round = 0; round < 3000; ++round) {
            std::string bytes = wire::encode_event(make.event());
            if (bytes.empty()) continue;
            bytes[make.random().below(bytes.size())] ^= static_cast<char>(1 << make.random().below(8));
            bytes.resize(make.random().below(bytes.size() + 1));
            (void)wire::inspect_event(bytes);  // never crashes
        }
    }
};

INDOUBT_TEST(InspectTest);

}  // namespace indoubt

#include "inspect_test.moc"
