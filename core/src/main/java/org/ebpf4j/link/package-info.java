/// The linking of several object files into one.
@NullMarked
package org.ebpf4j.link;

import org.jspecify.annotations.NullMarked;
