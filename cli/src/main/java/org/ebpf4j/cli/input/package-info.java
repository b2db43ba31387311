/// What commands are given: an object file, first values of variables, facts of a kernel.
@NullMarked
package org.ebpf4j.cli.input;

import org.jspecify.annotations.NullMarked;
