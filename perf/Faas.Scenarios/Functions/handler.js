exports.handler = () => 'Hello from FAAS!\n';
