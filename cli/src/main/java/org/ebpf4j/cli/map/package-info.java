/// Commands on the entries of maps that are alive.
@NullMarked
package org.ebpf4j.cli.map;

import org.jspecify.annotations.NullMarked;
