/// Commands that show the code of programs that are alive.
@NullMarked
package org.ebpf4j.cli.code;

import org.jspecify.annotations.NullMarked;
