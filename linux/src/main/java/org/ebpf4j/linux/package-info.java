/// The Linux kernel of this machine: [org.ebpf4j.linux.LinuxKernel] and the objects that live in
/// it.
@NullMarked
package org.ebpf4j.linux;

import org.jspecify.annotations.NullMarked;
