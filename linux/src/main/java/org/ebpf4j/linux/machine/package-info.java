/// What this machine and this user can do with eBPF, and what keeps them from more.
@NullMarked
package org.ebpf4j.linux.machine;

import org.jspecify.annotations.NullMarked;
