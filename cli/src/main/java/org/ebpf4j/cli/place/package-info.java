/// Where programs are to be attached, as the command line says it.
@NullMarked
package org.ebpf4j.cli.place;

import org.jspecify.annotations.NullMarked;
