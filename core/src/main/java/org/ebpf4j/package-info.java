/// The interfaces of a kernel that runs eBPF programs, and of the objects that live in it.
@NullMarked
package org.ebpf4j;

import org.jspecify.annotations.NullMarked;
