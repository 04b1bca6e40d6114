// SPDX-License-Identifier: GPL-3.0-or-later
// One incarnation of a node: everything a crash takes away. Log, driver, peer network, mailbox, the callers that wait, and the
// loop thread that ties them together. It begins with open() and start(), runs after go(), and ends exactly once.
//
// Crash, as architecture.md defines it: mailbox, held effects, unsent frames and the writer's queue are dropped; streams are torn
// down; a sync in flight may land, its completion is discarded; the next incarnation opens the file only after this one let go.
//
// Threads: open, start, go, and finish on the shell's control thread; post, submit and the rest from any.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cluster/clock.h"
#include "cluster/requests.h"
#include "cluster/sampler.h"
#include "runtime/driver.h"
#include "runtime/mailbox.h"
#include "storage/sqlite_log.h"
#include "transport/peer_network.h"

namespace indoubt::cluster {

struct LifeSettings {
    runtime::CoreConfig core;
    std::string database, listen, token;
    std::shared_ptr<storage::VfsShim> disk;                   // null: its own
    HostClock& clock;
    Sampler& sampler;
    runtime::FaultBox& faults;
    // The incarnation ended by itself: a fault or its disk. On the loop thread, as its last act; must only enqueue.
    std::function<void(base::Incarnation incarnation, const std::string& why, bool broken)> ended;
    std::function<void(base::NodeId peer)> linked;          // its link to a peer is up; must only enqueue
    std::function<void(const std::string&)> log_line;       // for the program's log; any thread
};

struct LifeFigures {
    base::Incarnation incarnation = 0;
    std::uint64_t forced_writes = 0, messages = 0, instances = 0;
    storage::LogStats log;
};

class Life : private transport::Receiver, private ports::Network {
  public:
    // Opens the log and reads it; no record is written. `recovered` stays readable until go(). Errors: the log's; FAILED_PRECONDITION:
    // it belongs to another environment.
    static base::Result<std::unique_ptr<Life>> open(LifeSettings settings);
    ~Life() override;
    // Of the cluster that this log belongs to; nothing: it is new.
    std::optional<std::uint64_t> identity() const { return m_identity; }
    // The last incarnation of that node that a record of this log names, as who made an XID or was enrolled; 0: none.
    base::Incarnation seen_of(base::NodeId node) const;
    void begin_after(base::Incarnation incarnation);
    // Replays the log, begins an incarnation, listens. Errors: the transport's; FAILED_PRECONDITION: it is another cluster's log.
    base::Result<> start(std::shared_ptr<const events::ClusterShape> shape);

    transport::PeerNetwork& network() { return *m_network; }  // connect() before go()
    const ports::Recovered& recovered() const { return m_recovered; }
    const runtime::Core& core() const { return m_driver->core(); }  // before go() only
    const std::vector<std::string>& remarks() const { return m_remarks; }
    void go();

    bool full() const { return m_mailbox.full(); }
    bool post(runtime::DriverInput input);                     // false: it has ended
    // `done` runs on the loop thread once all that was posted before was processed and handed to the hub. False: it has ended.
    bool after(std::function<void()> done);
    base::Result<> submit(events::PaymentPtr payment, std::optional<events::ProtocolChoice> protocol, operators::ProgressCallback progress);
    base::Result<> order(runtime::OperatorOrder order, operators::AnswerCallback answer);
    base::Result<> open_accounts(std::vector<events::AccountLine> lines, std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer);
    base::Result<> audit(std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer, const base::Xid& xid = {});

    // They return once it processes nothing any more, or goes on. False: it has ended meanwhile.
    bool pause(const std::string& why);
    bool resume(const std::string& why);
    bool paused() const { return m_paused.load(); }
    base::Incarnation incarnation() const { return m_incarnation; }
    LifeFigures figures() const;
    std::optional<base::Error> broken() const;                 // its log has failed, and that ended it
    const storage::SqliteLog& log() const { return *m_log; }   // its const calls: any thread
    base::Result<std::vector<events::Event>> read(std::uint64_t from_lsn, std::size_t most) const { return m_log->read(from_lsn, most); }

    // Kills it: the last event is `crash` with `why`. `gently`: what is queued at the log is written first (a stop, not a crash).
    void finish(const std::string& why, bool gently);

  private:
    struct Wake { std::function<void()> after_batch; };
    using Input = std::variant<runtime::DriverInput, Wake>;

    explicit Life(LifeSettings settings);
    void received(std::vector<events::Envelope>&& envelopes) override;
    void connected(base::NodeId node, base::Incarnation incarnation) override;
    void rejected(const std::string& why) override;
    void send(const events::Envelope& envelope) override;

    void run();
    bool process(runtime::DriverInput&& input);
    base::Result<> check_shape();
    void tell_crash(const std::string& why);
    void stand_still();
    void publish_figures();
    base::Error gone() const;

    LifeSettings m_settings;
    const std::string m_name;
    runtime::Mailbox<Input> m_mailbox;
    Requests m_requests;
    ports::Recovered m_recovered;
    std::optional<std::uint64_t> m_identity;
    std::vector<std::string> m_remarks;
    std::unique_ptr<storage::SqliteLog> m_log;
    std::unique_ptr<transport::PeerNetwork> m_network;
    std::unique_ptr<runtime::Driver> m_driver;

    std::atomic<bool> m_ending{false};
    mutable std::mutex m_state_mutex;
    std::condition_variable m_state_changed;
    std::atomic<bool> m_pause_wanted{false}, m_paused{false};
    bool m_loop_over = false;                                  // m_state_mutex: nobody will pause or resume any more
    std::string m_why, m_broken, m_suspend_why, m_resume_why;  // m_state_mutex
    base::ErrorCode m_broken_code = base::ErrorCode::ok;       // m_state_mutex
    std::atomic<std::uint64_t> m_forced{0}, m_messages{0}, m_instances{0};
    base::Incarnation m_incarnation = 0;
    std::thread m_thread;
    bool m_finished = false;
};

}  // namespace indoubt::cluster
