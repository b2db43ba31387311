/// The linker: several object files into one.
@NullMarked
package org.ebpf4j.linker;

import org.jspecify.annotations.NullMarked;
