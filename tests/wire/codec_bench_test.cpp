// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=120 serial
// What one event or message costs on the wire, printed with its conditions.
#include <ctime>

#include "indoubt/v1/event.pb.h"
#include "support/test_main.h"
#include "wire/checksum.h"
#include "wire/codec.h"

namespace indoubt {

class CodecBenchTest : public QObject {
    Q_OBJECT

    static events::PaymentPtr payment() {
        events::Payment payment;
        const base::Currency euro = base::Currency::of("EUR");
        payment.idempotency_key = "bench-0123456789";
        payment.refs = {"INV-2026-118", "E2E-2026-118", "INSTR-118", "8a562c67-ca16-48ba-b074-65581be6f001", "MSG-1", "PMT-1", "payments.xml"};
        payment.debtor = {"Anna Muster", "DE37900000000000100001", "INDODEFFXXX"};
        payment.creditor = {"Bernd Beispiel", "FR7630000000000010000199991", "INDOFRPPXXX"};
        payment.amount = {12050, euro};
        payment.legs = {{base::NodeId::of("A"), events::LegKind::debit, payment.debtor.account, {12050, euro}},
                        {base::NodeId::of("B"), events::LegKind::credit, payment.creditor.account, {12000, euro}},
                        {base::NodeId::of("C"), events::LegKind::fee, "IT60X0542811101000000123456", {50, euro}}};
        return std::make_shared<const events::Payment>(payment);
    }
    static events::Event at_coordinator(events::EventKind kind, const base::Xid& xid) {
        events::Event event;
        event.node = base::NodeId::of("T");
        event.incarnation = 3;
        event.seq = 99;
        event.at_ns = 1790000000000000000;
        event.hlc = 1790000000000000001;
        event.kind = kind;
        event.xid = xid;
        return event;
    }
    static events::Event begin_record() {
        events::Record record;
        record.kind = events::RecordKind::begin;
        record.coordinator = true;
        record.xid = {base::NodeId::of("T"), 3, 123456};
        record.payment = payment();
        for (const char* node : {"A", "B", "C"}) record.enrolled.push_back({base::NodeId::of(node), true, 2});
        events::Event event = at_coordinator(events::EventKind::append, record.xid);
        event.lsn = 98765;
        event.causes = {{base::NodeId::of("T"), 3, 98}};
        event.payload = std::make_shared<const events::Record>(record);
        return event;
    }
    static events::Event ack_event() {
        events::Message message;
        message.kind = events::MessageKind::ack;
        message.xid = {base::NodeId::of("T"), 3, 123456};
        message.from = base::NodeId::of("A");
        message.to = base::NodeId::of("T");
        message.from_incarnation = message.to_incarnation = 2;
        events::Event event = at_coordinator(events::EventKind::receive, message.xid);
        event.peer = message.from;
        event.causes = {{base::NodeId::of("A"), 3, 98}};
        event.payload = std::make_shared<const events::Message>(message);
        return event;
    }

    static double cpu_ns() {  // of this thread: what others run meanwhile does not count
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
    }
    template <class F>
    static double ns_each(int rounds, F once) {
        const double began = cpu_ns();
        for (int i = 0; i < rounds; ++i) once();
        return (cpu_ns() - began) / rounds;
    }

    static void measure(const char* what, const events::Event& event) {
        const std::string bytes = wire::encode_event(event);
        std::string buffer;
        const double encode = ns_each(300000, [&] {
            buffer.clear();
            wire::append_event(buffer, event);
        });
        std::uint64_t sum = 0;
        const double decode = ns_each(300000, [&] { sum += wire::decode_event(bytes)->seq; });
        const double own = ns_each(300000, [&] { sum += wire::decode_event(bytes, wire::Origin::own)->seq; });
        v1::Event generated;
        const double parse = ns_each(300000, [&] { sum += generated.ParseFromString(bytes) ? 1u : 0u; });
        qInfo("%s, %zu bytes: encode %.0f ns, decode %.0f ns, decode our own %.0f ns (a generated class only parses it in %.0f ns) [%llu]", what, bytes.size(),
              encode, decode, own, parse, static_cast<unsigned long long>(sum));
        QVERIFY(encode < 20000 && decode < 20000);
    }

  private slots:
    void events_and_messages() {
        measure("append BEGIN, payment of 3 legs", begin_record());
        measure("receive ACK", ack_event());
        const std::string page(4096, 'x');
        std::uint64_t sum = 0;
        const double crc = ns_each(100000, [&] { sum += wire::crc32c(page); });
        qInfo("crc32c of 4 KiB: %.0f ns [%llu]", crc, static_cast<unsigned long long>(sum));
    }
};

INDOUBT_TEST(CodecBenchTest);

}  // namespace indoubt

#include "codec_bench_test.moc"
