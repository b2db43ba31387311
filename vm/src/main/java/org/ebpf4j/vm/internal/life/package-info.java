/// How long objects of the kernel live: ids, counts of references, pins.
@NullMarked
package org.ebpf4j.vm.internal.life;

import org.jspecify.annotations.NullMarked;
