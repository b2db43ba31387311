/// What a kernel implements so that core can work on it: calls on maps, the memory of rings.
@NullMarked
package org.ebpf4j.spi;

import org.jspecify.annotations.NullMarked;
