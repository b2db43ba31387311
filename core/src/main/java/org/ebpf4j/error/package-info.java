/// Everything that this library throws: one unchecked family under [org.ebpf4j.error.BpfException].
@NullMarked
package org.ebpf4j.error;

import org.jspecify.annotations.NullMarked;
