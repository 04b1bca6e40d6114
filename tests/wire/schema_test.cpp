// SPDX-License-Identifier: GPL-3.0-or-later
// The schema itself: every field says what it is, and codec and schema know the same words.
#include <google/protobuf/descriptor.h>

#include <QDir>
#include <QRegularExpression>
#include <QTextStream>

#include "indoubt/v1/event.pb.h"
#include "support/test_main.h"
#include "wire/codec.h"

namespace indoubt {

class SchemaTest : public QObject {
    Q_OBJECT

    template <class Change>
    static bool accepted(Change change) {
        v1::Event event;
        event.set_node("A");
        event.set_kind(v1::EVENT_KIND_NOTE);
        change(event);
        return wire::decode_event(event.SerializeAsString()).ok();
    }
    // The last value of a schema's enum is read, the next one is not.
    template <class Set>
    static void ends_at(const google::protobuf::EnumDescriptor* type, Set set) {
        const int last = type->value(type->value_count() - 1)->number();
        QVERIFY2(accepted([&](v1::Event& event) { set(event, last); }), type->name().c_str());
        QVERIFY2(!accepted([&](v1::Event& event) { set(event, last + 1); }), type->name().c_str());
    }

  private slots:
    void every_message_field_value_and_call_says_what_it_is() {
        const QDir directory(QString(INDOUBT_SOURCE_DIR) + "/proto/indoubt/v1");
        const QRegularExpression field(R"(=\s*\d+\s*;)"), head(R"(^\s*(message|enum|service|rpc)\s)");
        int fields = 0, heads = 0;
        const QStringList names = directory.entryList({"*.proto"});
        QVERIFY(names.size() >= 5);
        for (const QString& name : names) {
            QFile file(directory.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QTextStream stream(&file);
            QString before;
            for (int number = 1; !stream.atEnd(); ++number) {
                const QString line = stream.readLine();
                const QString where = QString("%1:%2: %3").arg(name).arg(number).arg(line);
                if (line.contains(field)) {
                    ++fields;
                    QVERIFY2(line.section("//", 1).trimmed().size() >= 3, qPrintable(where));
                } else if (line.contains(head)) {
                    ++heads;
                    QVERIFY2(before.trimmed().startsWith("//"), qPrintable(where));
                }
                before = line;
            }
        }
        QVERIFY(fields > 300 && heads > 60);
    }

    void codec_and_schema_end_at_the_same_words() {
        ends_at(v1::EventKind_descriptor(), [](v1::Event& event, int value) { event.set_kind(static_cast<v1::EventKind>(value)); });
        ends_at(v1::MessageKind_descriptor(), [](v1::Event& event, int value) { event.mutable_message()->set_kind(static_cast<v1::MessageKind>(value)); });
        ends_at(v1::RecordKind_descriptor(), [](v1::Event& event, int value) { event.mutable_record()->set_kind(static_cast<v1::RecordKind>(value)); });
        ends_at(v1::LegKind_descriptor(), [](v1::Event& event, int value) { event.mutable_note()->set_leg(static_cast<v1::LegKind>(value)); });
        ends_at(v1::Vote_descriptor(), [](v1::Event& event, int value) { event.mutable_note()->set_vote(static_cast<v1::Vote>(value)); });
        ends_at(v1::Outcome_descriptor(), [](v1::Event& event, int value) { event.mutable_note()->set_outcome(static_cast<v1::Outcome>(value)); });
        ends_at(v1::Refusal_descriptor(), [](v1::Event& event, int value) { event.mutable_note()->set_refusal(static_cast<v1::Refusal>(value)); });
        ends_at(v1::Heuristic_descriptor(), [](v1::Event& event, int value) { event.mutable_note()->set_heuristic(static_cast<v1::Heuristic>(value)); });
        ends_at(v1::Knowledge_descriptor(), [](v1::Event& event, int value) {
            event.mutable_message()->set_kind(v1::MESSAGE_KIND_PEER_ANSWER);
            event.mutable_message()->set_knowledge(static_cast<v1::Knowledge>(value));
        });
    }

    void every_word_of_the_schema_is_a_word_of_the_screens() {
        const auto* kinds = v1::EventKind_descriptor();
        for (int i = 1; i < kinds->value_count(); ++i) {
            const QString schema = QString::fromStdString(kinds->value(i)->name()).mid(11).toLower();
            const auto word = events::word(static_cast<events::EventKind>(kinds->value(i)->number()));
            QString screen = QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
            QCOMPARE(screen.replace(' ', '_').replace('-', '_'), schema);
        }
    }
};

INDOUBT_TEST(SchemaTest);

}  // namespace indoubt

#include "schema_test.moc"
