/// Maps of the kernel: what is in them, the calls on them, the memory of rings.
@NullMarked
package org.ebpf4j.vm.internal.map;

import org.jspecify.annotations.NullMarked;
