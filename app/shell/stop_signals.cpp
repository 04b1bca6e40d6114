// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/stop_signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <QSocketNotifier>

namespace indoubt::console::shell {

StopSignals::StopSignals(QObject* parent) : QObject(parent) {
    sigset_t watched;
    sigemptyset(&watched);
    for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&watched, one);
    pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    m_descriptor = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (m_descriptor < 0) pthread_sigmask(SIG_UNBLOCK, &watched, nullptr);
}

StopSignals::~StopSignals() {
    delete m_notifier;
    if (m_descriptor >= 0) ::close(m_descriptor);
}

void StopSignals::listen() {
    if (m_descriptor < 0 || m_notifier) return;
    m_notifier = new QSocketNotifier(m_descriptor, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo taken;
        while (::read(m_descriptor, &taken, sizeof taken) == static_cast<ssize_t>(sizeof taken)) emit asked();
    });
}

}  // namespace indoubt::console::shell
