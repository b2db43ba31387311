/// The commands about types: btf dump and btf min.
@NullMarked
package org.ebpf4j.cli.btf;

import org.jspecify.annotations.NullMarked;
