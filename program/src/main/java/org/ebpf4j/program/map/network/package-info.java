/// Maps of devices, CPUs, sockets and cgroups, which programs send packets to or ask about.
@NullMarked
package org.ebpf4j.program.map.network;

import org.jspecify.annotations.NullMarked;
