/// Codecs: Java records, numbers and text to bytes in memory and back, by a BTF type or by the
/// layout rules of C.
@NullMarked
package org.ebpf4j.codec;

import org.jspecify.annotations.NullMarked;
