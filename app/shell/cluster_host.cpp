// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/cluster_host.h"

#include "cluster/cluster.h"

#include <sys/resource.h>
#include <unistd.h>

namespace indoubt::console::shell {

namespace {

// At full load the cluster's threads would take the window's processor for whole time slices. On Linux a nice value is a thread's own,
// and those that it starts inherit it: the cluster gets what the window leaves, which is nearly everything.
void yieldToTheWindow() {
    constexpr int behind = 10;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), behind);
}

}  // namespace

ClusterHost::ClusterHost(QObject* parent) : QObject(parent) { m_pool.setMaxThreadCount(1); }

ClusterHost::~ClusterHost() {
    m_pool.waitForDone();
    m_client.reset();
    m_cluster.reset();
}

base::Result<std::shared_ptr<ClusterHost::Up>> ClusterHost::bring(const Options& options, const QString& dataDirectory) {
    auto up = std::make_shared<Up>();
    client::Connection connection;
    if (options.connectTarget.isEmpty()) {
        cluster::ClusterOptions wanted;
        wanted.data_directory = dataDirectory.toStdString();
        if (options.participantsGiven) wanted.participants = options.participants;
        wanted.protocol = {options.protocol, options.cooperative};
        if (options.faultsGiven) wanted.faults = options.faults;
        wanted.environment = options.environment.toStdString();
        if (!options.clusterName.isEmpty()) wanted.name = options.clusterName.toStdString();
        else if (options.environment != QLatin1String("sandbox")) wanted.name = "Local " + wanted.environment;
        yieldToTheWindow();
        auto cluster = cluster::Cluster::start(std::move(wanted));
        if (!cluster.ok()) return cluster.error();
        up->cluster = std::move(cluster.value());
        connection = {up->cluster->address(), up->cluster->token_file().string()};
    } else {
        connection = {options.connectTarget.toStdString(), options.tokenFile.toStdString()};
    }
    auto client = client::connect({connection});
    if (!client.ok()) return client.error();
    up->client = std::move(client.value());
    auto info = up->client->info();
    if (!info.ok()) return info.error();
    up->info = std::move(info.value());
    return up;
}

void ClusterHost::start(const Options& options) {
    if (m_busy) return;
    m_busy = true;
    m_dataDirectory = options.dataDirectory.isEmpty() ? defaultDataDirectory() : options.dataDirectory;
    m_pool.start([this, options, dataDirectory = m_dataDirectory] {
        auto up = std::make_shared<base::Result<std::shared_ptr<Up>>>(bring(options, dataDirectory));
        QMetaObject::invokeMethod(this, [this, up] {
            m_busy = false;
            if (!up->ok()) {
                emit failed(up->error());
                return;
            }
            m_cluster = std::move((*up->value()).cluster);
            m_client = up->value()->client;
            m_info = up->value()->info;
            emit started();
        }, Qt::QueuedConnection);
    });
}

void ClusterHost::stop() {
    if (m_busy) return;
    m_busy = true;
    // The pool's job owns both; the client goes first, so that the cluster's streams end from the other side.
    auto client = std::make_shared<std::shared_ptr<client::OperatorClient>>(std::move(m_client));
    auto cluster = std::make_shared<std::unique_ptr<cluster::Cluster>>(std::move(m_cluster));
    m_client.reset();
    m_pool.start([this, client, cluster] {
        client->reset();
        if (*cluster) (*cluster)->stop();
        cluster->reset();
        QMetaObject::invokeMethod(this, [this] {
            m_busy = false;
            emit stopped();
        }, Qt::QueuedConnection);
    });
}

}  // namespace indoubt::console::shell
