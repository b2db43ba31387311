/// BTF as text: listings, declarations in C, and values printed by their types.
@NullMarked
package org.ebpf4j.btf.text;

import org.jspecify.annotations.NullMarked;
