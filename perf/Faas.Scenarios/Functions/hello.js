console.log('Hello from FAAS!');
