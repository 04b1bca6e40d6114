// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/kill_run.h"

#include <signal.h>
#include <sys/wait.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/prng.h"
#include "client/operator_client.h"
#include "support/live_cluster.h"

namespace indoubt::tests {
namespace {

using base::NodeId;
constexpr int accounts = 40;
constexpr std::int64_t opening_each = 100'000'000;

std::string account_of(char node, int index) {
    const std::string number = std::to_string(index + 1);
    return std::string(1, node) + "-" + std::string(6 - number.size(), '0') + number;
}

events::Payment transfer(base::Prng& prng, const std::string& key) {
    using namespace events;
    const Currency eur = Currency::of("EUR");
    Payment payment;
    payment.idempotency_key = payment.refs.reference = key;
    const std::int64_t minor = prng.between(2, 500), fee = prng.between(1, minor - 1);
    const std::string from = account_of('A', static_cast<int>(prng.below(accounts))), to = account_of('B', static_cast<int>(prng.below(accounts))),
                      fees = account_of('C', static_cast<int>(prng.below(accounts)));
    payment.debtor = {"Debtor", from, "HAFBDEH0XXX"};
    payment.creditor = {"Creditor", to, "BLACLUL0XXX"};
    payment.amount = {minor, eur};
    payment.legs = {{NodeId::of("A"), LegKind::debit, from, {minor, eur}}, {NodeId::of("B"), LegKind::credit, to, {minor - fee, eur}}, {NodeId::of("C"), LegKind::fee, fees, {fee, eur}}};
    return payment;
}

// The daemon in its own process.
class Daemon {
  public:
    Daemon(const std::string& directory, const KillRun& run) : m_directory(directory), m_protocol(run.protocol), m_faults(run.faults) {}
    ~Daemon() { kill(); }
    std::string start() {
        m_process.start(qEnvironmentVariable("INDOUBT_BIN", INDOUBT_BIN_DIR) + "/indoubtd",
                        {"--data", QString::fromStdString(m_directory + "/data"), "--bench-accounts", QString::number(accounts), "--no-story-accounts", "--hidden", "--json", "--log-level", "off", "--protocol",
                         QString::fromStdString(m_protocol), "--faults", QString::number(m_faults)});
        if (!m_process.waitForReadyRead(15000)) return "the daemon did not start: " + m_process.readAllStandardError().toStdString();
        const QByteArray line = m_process.readLine();
        if (!line.contains("\"ready\":true")) return "no ready line: " + line.toStdString();
        return {};
    }
    void kill() {
        if (m_process.state() == QProcess::NotRunning) return;
        m_process.kill();
        m_process.waitForFinished(5000);
    }
    std::unique_ptr<client::OperatorClient> connect() {
        return client::connect({{"unix:" + m_directory + "/data/run/operator.sock", m_directory + "/data/token"}}).value();
    }

  private:
    std::string m_directory, m_protocol;
    int m_faults;
    QProcess m_process;
};

struct Outcomes {
    std::mutex mutex;
    std::map<std::string, events::Outcome> told;  // key -> what the client was told; none: it was not
    std::map<std::string, events::Payment> payments;
};

// Several payments in flight until the service goes away.
void load(client::OperatorClient& client, Outcomes& outcomes, base::Prng& prng, int round, int in_flight, std::chrono::milliseconds time, const std::function<void()>& strike) {
    auto session = client.submit_session();
    std::atomic<bool> going{true};
    std::atomic<int> open{0};
    int count = 0;
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
        if (open.load() >= in_flight) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            continue;
        }
        const std::string key = "R" + std::to_string(round) + "-" + std::to_string(count++);
        auto payment = transfer(prng, key);
        {
            std::lock_guard lock(outcomes.mutex);
            outcomes.told[key] = events::Outcome::none;
            outcomes.payments[key] = payment;
        }
        ++open;
        session->submit(payment, client::Wait::decided, [&outcomes, &open, key](const base::Result<client::SubmitReply>& reply) {
            if (reply) {
                std::lock_guard lock(outcomes.mutex);
                outcomes.told[key] = reply->outcome;
            }
            --open;
        });
    }
    strike();
    session.reset();
}

}  // namespace

std::string run_kills(KillRun& run) {
    QTemporaryDir directory;
    qputenv("XDG_RUNTIME_DIR", directory.path().toUtf8());
    const std::string path = directory.path().toStdString();
    base::Prng prng(run.seed);
    std::set<std::string> paid;  // keys known to be committed
    std::map<std::string, std::int64_t> expected;
    for (char node : {'A', 'B', 'C'})
        for (int i = 0; i < accounts; ++i) expected[account_of(node, i)] = opening_each;
    const auto post = [&](const events::Payment& payment) {
        for (const auto& leg : payment.legs) expected[leg.account] += leg.signed_minor();
    };

    for (int round = 0; round < run.rounds; ++round) {
        const std::string where = "round " + std::to_string(round) + " of seed " + std::to_string(run.seed) + ": ";
        Outcomes outcomes;
        {
            Daemon daemon(path, run);
            if (auto trouble = daemon.start(); !trouble.empty()) return where + trouble;
            auto client = daemon.connect();
            load(*client, outcomes, prng, round, 24, std::chrono::milliseconds(run.warm_ms + prng.between(20, 250)), [&] { daemon.kill(); });
        }
        Daemon daemon(path, run);
        if (auto trouble = daemon.start(); !trouble.empty()) return where + trouble;
        auto client = daemon.connect();
        // Everything that was open settles by itself.
        QElapsedTimer timer;
        timer.start();
        std::uint64_t open = 1;
        while (open > 0 && timer.elapsed() < 20000) {
            auto info = client->info();
            if (!info) return where + info.error().message;
            open = 0;
            // Acceptors and replicas keep what others have ended until something tells them.
            for (const auto& node : info->nodes) open += node.in_doubt + (run.faults == 0 ? node.instances : 0);
            if (open > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        if (open > 0) return where + std::to_string(open) + " instances did not settle";
        // Every key again: an acknowledged commit must be known as such, and an unknown one is now paid once or was already.
        for (const auto& [key, told] : outcomes.told) {
            (told == events::Outcome::none ? run.unknown : run.acknowledged)++;
            if (told == events::Outcome::abort) continue;
            auto again = client->submit(outcomes.payments.at(key), std::nullopt, client::Wait::applied);
            if (!again) return where + key + " again: " + again.error().message;
            if (told == events::Outcome::commit && !again->duplicate) return where + key + " was acknowledged as committed and is not known any more";
            if (again->outcome != events::Outcome::commit) continue;
            if (told == events::Outcome::none && again->duplicate) ++run.committed_after;
            if (!paid.insert(key).second) return where + key + " was paid twice";
            post(outcomes.payments.at(key));
        }
        std::int64_t held = 0;
        for (const std::string node : {"A", "B", "C"}) {
            auto list = client->accounts(node + "-", 1000);
            if (!list) return where + list.error().message;
            if (list->accounts.size() != accounts) return where + std::to_string(list->accounts.size()) + " accounts at " + node;
            for (const auto& row : list->accounts) {
                held += row.held_minor;
                if (row.posted_minor != expected[row.account])
                    return where + row.account + " has " + std::to_string(row.posted_minor) + " and must have " + std::to_string(expected[row.account]);
            }
        }
        if (held != 0) return where + std::to_string(held) + " is still on hold";
        daemon.kill();  // without a word, as before
    }
    return {};
}

}  // namespace indoubt::tests
