/// What a kernel implements so that core can work on it: the calls on maps, the memory of rings and
/// the wait for them. Users of a kernel see none of it.
@NullMarked
package org.ebpf4j.spi;

import org.jspecify.annotations.NullMarked;
