@NullMarked
package org.ebpf4j.linux.internal.query;

import org.jspecify.annotations.NullMarked;
