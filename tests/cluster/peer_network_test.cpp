// SPDX-License-Identifier: GPL-3.0-or-later
// The peer network by itself: two ends, and how it ends.
#include "transport/peer_network.h"

#include <QTemporaryDir>
#include <atomic>

#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;

namespace {

struct Ear : transport::Receiver {
    void received(std::vector<events::Envelope>&& envelopes) override { messages += static_cast<int>(envelopes.size()); }
    void connected(NodeId, base::Incarnation) override { ++links; }
    void rejected(const std::string&) override {}
    std::atomic<int> messages{0}, links{0};
};

transport::PeerSettings settings(const QTemporaryDir& directory, const char* node) {
    transport::PeerSettings made;
    made.self = NodeId::of(node);
    made.incarnation = 1;
    made.cluster = "test";
    made.token = std::string(64, 'a');
    made.listen = "unix:" + directory.filePath(node).toStdString();
    return made;
}

events::Envelope message(const char* from, const char* to) {
    auto content = std::make_shared<events::Message>();
    content->kind = events::MessageKind::inquiry;
    content->from = NodeId::of(from);
    content->to = NodeId::of(to);
    content->xid = {NodeId::of("T"), 1, 1};
    return {content, {content->from, 1, 1}, 1, false};
}

}  // namespace

class PeerNetworkTest : public QObject {
    Q_OBJECT

  private slots:
    // A link whose last owner is a callback of gRPC's takes down its channel, and with it the completion queue, under that very
    // callback. So whoever stops the network must be the last: with streams up, dialling, and waiting to dial again.
    void who_stops_it_is_the_last_owner_of_every_link() {
        QTemporaryDir directory;
        for (int round = 0; round < 100; ++round) {
            Ear at_a, at_b;
            auto a = transport::PeerNetwork::start(settings(directory, "A"), at_a);
            auto b = transport::PeerNetwork::start(settings(directory, "B"), at_b);
            QVERIFY(a.ok() && b.ok());
            (*a)->connect(NodeId::of("B"), (*b)->address(), true);
            (*b)->connect(NodeId::of("A"), (*a)->address(), true);
            (*a)->connect(NodeId::of("C"), "unix:" + directory.filePath("nobody").toStdString(), true);
            if (round % 2 == 0) {
                QTRY_VERIFY(at_a.links == 1 && at_b.links == 1);
                (*a)->send(message("A", "B"));
                (*a)->flush();
                QTRY_COMPARE(at_b.messages.load(), 1);
            }
            QVERIFY((*a)->stop(2000));
            QVERIFY((*b)->stop(2000));
            QVERIFY((*b)->stop(2000));  // again: nothing
            const int heard = at_a.links + at_b.links + at_a.messages + at_b.messages;
            a.value().reset();
            b.value().reset();
            QCOMPARE(at_a.links + at_b.links + at_a.messages + at_b.messages, heard);
        }
    }
};

INDOUBT_TEST(PeerNetworkTest);
#include "peer_network_test.moc"
