/// Requests to the kernel over netlink sockets: network devices, routes and traffic control; and
/// what is done in another network namespace.
@NullMarked
package org.ebpf4j.linux.internal.netlink;

import org.jspecify.annotations.NullMarked;
