/// Open maps: the calls on one, and its values in memory.
@NullMarked
package org.ebpf4j.linux.internal.map;

import org.jspecify.annotations.NullMarked;
