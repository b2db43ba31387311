package org.ebpf4j.cli.virtual;

/// One thing that happens in a scenario.
sealed interface Step permits Firing {}
