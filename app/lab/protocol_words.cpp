// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/protocol_words.h"

#include <QCoreApplication>

namespace indoubt::console::lab {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ProtocolWords)
};

ProtocolWords twoPhase(const QStringList& own) {
    ProtocolWords words;
    words.rules << Texts::tr("The coordinator asks every branch to prepare. A branch that says YES has forced its PREPARED record first, and may then no longer decide alone.")
                << Texts::tr("All YES: commit. One NO, or a time-out while votes are collected: abort. The decision to commit is on the coordinator's disk before anybody hears of it.") << own;
    words.blocks = Texts::tr("A branch that said YES waits for as long as nobody who knows can be reached: with the coordinator down, from its vote until the coordinator is back. Asking each other helps only where one of the branches knows.");
    words.breaks = Texts::tr("Crashes, losses, delays and partitions do not. A disk that loses what it reported as written does, and so does a forced outcome that the decision contradicts.");
    return words;
}

ProtocolWords threePhase(const QStringList& own, const QString& blocks, const QString& breaks) {
    ProtocolWords words;
    words.rules << Texts::tr("Votes as in two-phase commit. After the last YES the coordinator first tells all to pre-commit, and commits once they have acknowledged: between \"may still abort\" and \"has committed\" lies a phase that all must pass.") << own;
    words.blocks = blocks;
    words.breaks = breaks;
    return words;
}

ProtocolWords counter(const ProtocolWords& base, const QString& change, const QString& breaks) {
    ProtocolWords words = base;
    words.rules << change;
    words.breaks = breaks + u' ' + Texts::tr("Explore finds the shortest way there. Never used for payments.");
    return words;
}

ProtocolWords presumedAbort() { return twoPhase({Texts::tr("Presumed abort: an abort needs no forced record and no acknowledgement. Whoever asks about a payment of which the coordinator knows nothing is told ABORT; a commit is therefore kept until every updater has acknowledged it.")}); }
ProtocolWords presumedCommit() {
    return twoPhase({Texts::tr("Presumed commit: the names of the branches are forced before the first PREPARE. A commit needs no acknowledgement: nothing known means COMMIT. An abort of branches that voted YES is kept until they have acknowledged it.")});
}

QString quorumBlocks() { return Texts::tr("A group without a quorum waits: so does every group where the sites split evenly. A quorum that can talk to itself decides."); }

ProtocolWords quorumThreePhase(bool enhanced) {
    QStringList own{Texts::tr("When the coordinator is silent the sites elect another, which asks all where they stand. It may move them towards commit or towards abort, and finishes only with a quorum on that side.")};
    if (enhanced) own << Texts::tr("Two counters per site, of the last election and of the last attempt, let a site change its side in a later attempt: a quorum that meets again always decides, whatever earlier attempts left behind.");
    else own << Texts::tr("Who has pre-committed never turns to pre-aborted, nor back.");
    const QString blocks = enhanced ? quorumBlocks() : quorumBlocks() + u' ' + Texts::tr("Unless earlier attempts have left some pre-committed and some pre-aborted: then even a quorum may have to wait.");
    return threePhase(own, blocks, Texts::tr("Crashes, losses and partitions do not, and a failure detector that is wrong does not. A disk that loses what it reported as written does."));
}

ProtocolWords paxos(bool faster) {
    ProtocolWords words;
    words.rules << Texts::tr("Each branch's vote is a consensus of its own among 2F+1 acceptors: ballot 0 belongs to the branch. The payment commits when every branch's vote was chosen as prepared.")
                << (faster ? Texts::tr("The acceptors tell every branch at once what they accepted: one delay less, more messages.") : Texts::tr("The acceptors tell the leader, who tells the branches."))
                << Texts::tr("When the leader is silent another takes over with a higher ballot; where it hears of no vote at F+1 acceptors it proposes aborted. With F = 0 it is two-phase commit, message for message.");
    words.blocks = Texts::tr("More than F of the 2F+1 acceptors out of reach. With F = 0, the one coordinator.");
    words.breaks = Texts::tr("Crashes, losses, delays and partitions do not. An acceptor that forgets what it promised or accepted does.");
    return words;
}

}  // namespace

ProtocolWords protocolWords(const QString& name) {
    if (name == QLatin1String("2pc-pa")) return presumedAbort();
    if (name == QLatin1String("2pc")) return twoPhase({Texts::tr("Nothing is presumed: an abort too is forced, and both outcomes are kept until every branch that must hear them has acknowledged.")});
    if (name == QLatin1String("2pc-pc")) return presumedCommit();
    if (name == QLatin1String("3pc"))
        return threePhase({Texts::tr("When the coordinator fails the others elect one of them, which decides by its own phase: pre-committed or committed means commit, anything before means abort.")},
                          Texts::tr("While its assumptions hold and one site stays up, nobody. After all have failed, everybody until the last to fail is back."),
                          Texts::tr("A partition, or a report that a site is down which is not: both sides then decide by what they see, and they may see different things."));
    if (name == QLatin1String("3pc-quorum")) return quorumThreePhase(false);
    if (name == QLatin1String("3pc-e3pc")) return quorumThreePhase(true);
    if (name == QLatin1String("paxos-commit")) return paxos(false);
    if (name == QLatin1String("paxos-commit-fast")) return paxos(true);
    if (name == QLatin1String("raft-2pc")) {
        ProtocolWords words = twoPhase({Texts::tr("The decision log is a Raft group of 2F+1: a decision leaves only once a majority has it on disk. A new leader finds every decision that could have been told; one that was deposed never speaks again.")});
        words.blocks = Texts::tr("More than F of the 2F+1 replicas out of reach: then nobody can be elected, and nothing be decided. With F = 0, the one coordinator.");
        return words;
    }
    if (name == QLatin1String("x-majority-2pc"))
        return counter(presumedAbort(), Texts::tr("Changed: it commits once more than half said YES."), Texts::tr("A branch that said NO, or has not voted, is told to commit money that it never held."));
    if (name == QLatin1String("x-premature-end"))
        return counter(presumedAbort(), Texts::tr("Changed: END is written, and the payment forgotten, before the ACKs are in."), Texts::tr("A branch that missed COMMIT asks later, and nothing known means ABORT."));
    if (name == QLatin1String("x-pc-unforced-collecting"))
        return counter(presumedCommit(), Texts::tr("Changed: the names of the branches are not forced before PREPARE leaves."), Texts::tr("The coordinator crashes before a decision, comes back with nothing, and nothing known means COMMIT."));
    if (name == QLatin1String("x-unfenced-backup"))
        return counter(presumedAbort(), Texts::tr("Changed: a backup answers for a coordinator that it takes for dead, and nothing stops that one from deciding."), Texts::tr("Both decide: the backup aborts what the coordinator commits."));
    if (name == QLatin1String("x-quorum-commit-3pc"))
        return counter(threePhase({Texts::tr("When the coordinator is silent the branches that hear each other decide by where they stand: pre-committed means commit, else abort.")}, Texts::tr("Nobody for long: whoever hears nothing decides by itself, which is what is wrong with it."), {}),
                       Texts::tr("Changed: the coordinator commits at a majority of the acknowledgements, and those who end a payment without it need no quorum."), Texts::tr("A partition: who never heard PRE-COMMIT aborts on one side, and the other side commits."));
    return {};
}

}  // namespace indoubt::console::lab
