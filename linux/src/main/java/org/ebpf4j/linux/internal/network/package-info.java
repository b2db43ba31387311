/// The mechanisms of hooks for packets, sockets and cgroups, one class each.
@NullMarked
package org.ebpf4j.linux.internal.network;

import org.jspecify.annotations.NullMarked;
